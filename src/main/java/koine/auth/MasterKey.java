package koine.auth;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// Encrypts signing keys for the database (AES-256-GCM): who reads that, or a copy of it, can sign nothing. The key's
/// `kid` is authenticated with it, so that no row can be passed off as another.
final class MasterKey {

    private static final String AES = "AES";
    private static final String CIPHER = "AES/GCM/NoPadding";
    private static final int KEY_BYTES = 32;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final SecretKey key;
    private final SecureRandom random;

    private MasterKey(SecretKey key, SecureRandom random) {
        this.key = key;
        this.random = random;
    }

    /// Encrypts something once, because at its first use the JDK looks for what does so in the jars of the class
    /// path: now, and not later on an event loop.
    ///
    /// @param setting its name, for the sentence that says what is wrong with it
    /// @param base64  what it is set to
    static MasterKey of(String setting, String base64, SecureRandom random) {
        var bytes = decoded(base64.strip());
        if (bytes.length != KEY_BYTES) {
            throw new UnusableSetting(
                    setting + " must be 32 random bytes in base64: make one by openssl rand -base64 32.");
        }
        var master = new MasterKey(new SecretKeySpec(bytes, AES), random);
        master.unwrap("", master.wrap("", new byte[KEY_BYTES]));
        return master;
    }

    byte[] wrap(String kid, byte[] secret) {
        var nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        try {
            var sealed = cipher(Cipher.ENCRYPT_MODE, kid, nonce).doFinal(secret);
            return ByteBuffer.allocate(nonce.length + sealed.length)
                    .put(nonce)
                    .put(sealed)
                    .array();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has AES-GCM", e);
        }
    }

    /// Empty for what was not wrapped by this key under this `kid`.
    Optional<byte[]> unwrap(String kid, byte[] wrapped) {
        if (wrapped.length < NONCE_BYTES) {
            return Optional.empty();
        }
        try {
            var nonce = Arrays.copyOf(wrapped, NONCE_BYTES);
            return Optional.of(cipher(Cipher.DECRYPT_MODE, kid, nonce)
                    .doFinal(wrapped, NONCE_BYTES, wrapped.length - NONCE_BYTES));
        } catch (AEADBadTagException _) {
            return Optional.empty();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has AES-GCM", e);
        }
    }

    private Cipher cipher(int mode, String kid, byte[] nonce) throws GeneralSecurityException {
        var cipher = Cipher.getInstance(CIPHER);
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce), random);
        cipher.updateAAD(kid.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }

    private static byte[] decoded(String base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException _) {
            return new byte[0];
        }
    }
}
