package koine.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import koine.testing.Api;
import org.springframework.r2dbc.core.DatabaseClient;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Tokens that once were good, or never were, each made of a good one with as little changed as possible.
final class BadTokens {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

    private final DatabaseClient database;
    private final Api.User user;
    private final ObjectNode header;
    private final ObjectNode claims;

    /// @param user whose good token the others are made of
    private BadTokens(DatabaseClient database, Api.User user) {
        this.database = database;
        this.user = user;
        var parts = user.token().split("\\.", 3);
        this.header = json(parts[0]);
        this.claims = json(parts[1]);
    }

    /// @param people two of them: of the token of the first the others are made, and the second one's session ends
    static Map<String, String> of(int port, DatabaseClient database, List<Api.User> people) {
        var gone = people.get(1).token();
        new Api(port).post("/logout", gone, "").ok();
        var tokens = new BadTokens(database, people.get(0));
        assertThat(tokens.isWellMade()).isTrue();
        return tokens.all(gone);
    }

    private Map<String, String> all(String revoked) {
        var tokens = new LinkedHashMap<String, String>();
        tokens.put("expired", expired());
        tokens.put(
                "forged",
                user.token().substring(0, user.token().lastIndexOf('.') + 1) + ENCODER.encodeToString(new byte[32]));
        tokens.put("alg=none", encode(header.deepCopy().put("alg", "none")) + "." + encode(claims) + ".");
        tokens.put("other key", signed(header, claims, new byte[32]));
        tokens.put("unknown key", signed(header.deepCopy().put("kid", "no-such-key"), claims, new byte[32]));
        tokens.put("revoked", revoked);
        return tokens;
    }

    /// Signed as it should be: it is only too old.
    private String expired() {
        var old = claims.deepCopy()
                .put("iat", claims.path("iat").longValue() - 100_000)
                .put("exp", claims.path("iat").longValue() - 50_000);
        return signed(header, old, secret(header.path("kid").stringValue()));
    }

    private byte[] secret(String kid) {
        var secret = Objects.requireNonNull(database.sql("select secret from signing_key where kid = $1")
                .bind("$1", kid)
                .mapValue(ByteBuffer.class)
                .one()
                .block());
        var bytes = new byte[secret.remaining()];
        secret.get(bytes);
        return bytes;
    }

    private static String signed(ObjectNode header, ObjectNode claims, byte[] secret) {
        var content = encode(header) + "." + encode(claims);
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            return content + "." + ENCODER.encodeToString(mac.doFinal(content.getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /// That it is made well: with nothing changed, it is good.
    private boolean isWellMade() {
        var again = signed(header, claims, secret(header.path("kid").stringValue()));
        return Arrays.equals(
                again.getBytes(StandardCharsets.US_ASCII), user.token().getBytes(StandardCharsets.US_ASCII));
    }

    private static ObjectNode json(String part) {
        return (ObjectNode) JSON.readTree(Base64.getUrlDecoder().decode(part));
    }

    private static String encode(ObjectNode node) {
        return ENCODER.encodeToString(JSON.writeValueAsBytes(node));
    }
}
