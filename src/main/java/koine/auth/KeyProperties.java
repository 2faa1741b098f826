package koine.auth;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// Settings of the keys that sign tokens.
///
/// @param keyRotation     how long a signing key signs before another takes its place; what it signed stays good
///                        until it expires
/// @param masterKey       32 bytes in base64, by which the signing keys are encrypted in the database; without it they
///                        are kept as they are
/// @param formerMasterKey the one before that, while keys are still encrypted by it
@ConfigurationProperties("koine.auth")
record KeyProperties(
        @DefaultValue("30d") Duration keyRotation,
        @Nullable String masterKey,
        @Nullable String formerMasterKey) {

    /// Without the keys, so that they can't get into a log.
    @Override
    public String toString() {
        return "KeyProperties[keyRotation=" + keyRotation + "]";
    }
}
