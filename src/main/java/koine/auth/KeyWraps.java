package koine.auth;

import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import koine.auth.SigningKeyStore.StoredKey;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/// How signing keys are kept: wrapped by the master key if there is one, as they are otherwise.
@Component
class KeyWraps {

    private static final String SETTING = "koine.auth.master-key";
    private static final String FORMER = "koine.auth.former-master-key";

    private final Optional<MasterKey> master;
    private final List<MasterKey> all;

    /// Errors: [UnusableSetting] for what can be no master key.
    KeyWraps(KeyProperties properties, SecureRandom random) {
        this.master = key(SETTING, properties.masterKey(), random);
        this.all = Stream.concat(master.stream(), key(FORMER, properties.formerMasterKey(), random).stream())
                .toList();
    }

    /// A key as it is to be stored.
    StoredKey wrapped(StoredKey plain) {
        return master.map(by -> plain.holding(by.wrap(plain.kid(), plain.secret()), true))
                .orElse(plain);
    }

    /// A stored key as it signs.
    ///
    /// Errors: [UnusableSetting] if none of the master keys that this server has was used to wrap it.
    StoredKey unwrapped(StoredKey stored) {
        return stored.wrapped() ? stored.holding(secret(stored), false) : stored;
    }

    /// How the key should be stored, if not as it is.
    Optional<StoredKey> mended(StoredKey stored) {
        return master.filter(by -> !stored.wrapped()
                        || by.unwrap(stored.kid(), stored.secret()).isEmpty())
                .map(_ -> wrapped(unwrapped(stored)));
    }

    private byte[] secret(StoredKey stored) {
        return all.stream()
                .flatMap(by -> by.unwrap(stored.kid(), stored.secret()).stream())
                .findFirst()
                .orElseThrow(this::unreadable);
    }

    private UnusableSetting unreadable() {
        var what = all.isEmpty()
                ? "The signing keys in the database are encrypted, and " + SETTING + " is not set"
                : "The signing keys in the database were encrypted by another key than " + SETTING;
        return new UnusableSetting(what + ": give the one that was used, or, if it is lost, have new keys made by the"
                + " SQL function revoke_signing_keys(), which signs everybody's access tokens and cookies out.");
    }

    private static Optional<MasterKey> key(String setting, @Nullable String base64, SecureRandom random) {
        return Optional.ofNullable(base64)
                .filter(text -> !text.isBlank())
                .map(text -> MasterKey.of(setting, text, random));
    }
}
