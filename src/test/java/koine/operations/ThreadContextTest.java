package koine.operations;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.context.ContextRegistry;
import koine.testing.KoineTest;
import org.junit.jupiter.api.Test;

/// With tracing, [SightTest] finds the spans of a call and of its commit in one trace.
@KoineTest
class ThreadContextTest {

    @Test
    void threadLocals_withoutTracing_areNotSet() {
        assertThat(ContextRegistry.getInstance().getThreadLocalAccessors()).isEmpty();
    }
}
