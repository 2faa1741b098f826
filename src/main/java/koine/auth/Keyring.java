package koine.auth;

import io.jsonwebtoken.security.Keys;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.crypto.SecretKey;
import koine.auth.SigningKeyStore.StoredKey;

/// The signing keys as they stood in the database.
///
/// @param keys   what verifies, the one that signs last first; never empty
/// @param byKid  the same
/// @param readAt when the look began by which they were read
record Keyring(List<Key> keys, Map<String, Key> byKid, Instant readAt) {

    /// @param signsFrom when servers begin to sign with it, unless there is a younger one by then
    record Key(String kid, SecretKey secret, Instant signsFrom) {

        /// Without the secret, so that it can't get into a log.
        @Override
        public String toString() {
            return "Key[kid=" + kid + "]";
        }
    }

    /// @param plain unwrapped, the one that signs last first
    static Keyring of(List<StoredKey> plain, Instant readAt) {
        var keys = plain.stream()
                .map(key -> new Key(key.kid(), Keys.hmacShaKeyFor(key.secret()), key.signsFrom()))
                .toList();
        return new Keyring(keys, keys.stream().collect(Collectors.toUnmodifiableMap(Key::kid, key -> key)), readAt);
    }

    /// The key that signs at that time: the youngest whose time has come.
    Key signer(Instant now) {
        return keys.stream()
                .filter(key -> !key.signsFrom().isAfter(now))
                .findFirst()
                .orElseGet(keys::getLast);
    }

    Optional<Key> find(String kid) {
        return Optional.ofNullable(byKid.get(kid));
    }

    boolean isOlder(Instant time) {
        return readAt.isBefore(time);
    }
}
