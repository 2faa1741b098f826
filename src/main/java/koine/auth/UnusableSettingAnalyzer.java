package koine.auth;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/// Prints the sentence of an [UnusableSetting] in place of a stack trace.
class UnusableSettingAnalyzer extends AbstractFailureAnalyzer<UnusableSetting> {

    @Override
    protected @Nullable FailureAnalysis analyze(Throwable rootFailure, UnusableSetting cause) {
        return new FailureAnalysis(cause.getMessage(), null, cause);
    }
}
