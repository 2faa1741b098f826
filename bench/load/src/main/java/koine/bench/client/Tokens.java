package koine.bench.client;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Signs access tokens (RFC 7519, HS256) as Koine does, with the key that is in its database, where no master key
/// has encrypted it: so that thousands can sign in without a password being hashed for each.
final class Tokens {

    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();
    private static final long LIFE_SECONDS = 24 * 60 * 60;

    private static final String NEWEST_KEY = """
            select kid, secret
            from signing_key
            order by created_at desc, kid
            limit 1
            """;

    /// A server makes its first key when it first needs one, unless there is one.
    private static final String FIRST_KEY = """
            insert into signing_key (kid, secret, created_at)
            select 'bench', sha256(random()::text::bytea), now()
            where not exists (select from signing_key)
            """;

    private final Database database;
    private Key key;

    Tokens(Database database) {
        this.database = database;
    }

    private record Key(String kid, byte[] secret) {}

    String of(long account, long session) {
        if (key == null) {
            key = database.transact(Tokens::readKey);
        }
        long now = System.currentTimeMillis() / 1000;
        var header = "{\"kid\":\"%s\",\"typ\":\"JWT\",\"alg\":\"HS256\"}".formatted(key.kid());
        var claims = "{\"iss\":\"koine\",\"aud\":[\"koine/api\"],\"sub\":\"%d\",\"sid\":\"%d\",\"iat\":%d,\"exp\":%d}"
                .formatted(account, session, now, now + LIFE_SECONDS);
        var signed = base64(header) + "." + base64(claims);
        return signed + "." + BASE64.encodeToString(hmac(signed));
    }

    private byte[] hmac(String text) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key.secret(), "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.US_ASCII));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HMAC with SHA-256", e);
        }
    }

    private static String base64(String text) {
        return BASE64.encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static Key readKey(Connection connection) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.executeUpdate(FIRST_KEY);
            var rows = statement.executeQuery(NEWEST_KEY);
            rows.next();
            return new Key(rows.getString(1), rows.getBytes(2));
        }
    }
}
