package koine.protocol.reference;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// How calls show who asks.
final class Security {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final String NONE = "none";

    private Security() {}

    static boolean isOpen(@Nullable List<String> proof) {
        return proof != null && proof.contains(NONE);
    }

    /// Any one of these.
    static ArrayNode of(@Nullable List<String> proof) {
        var schemes = JSON.arrayNode();
        (proof == null ? List.of("bearer") : proof)
                .stream()
                        .filter(name -> !name.equals(NONE))
                        .forEach(name -> schemes.addObject().putArray(name));
        return schemes;
    }

    static ObjectNode schemes() {
        var schemes = JSON.objectNode();
        schemes.putObject("bearer")
                .put("type", "http")
                .put("scheme", "bearer")
                .put("bearerFormat", "JWT")
                .put("description", "The `access_token` that signing in answers with.");
        key(schemes, "cookie", "cookie", "koine_session", "What signing in by matcha sets, for pages of this server.");
        key(schemes, "ticket", "query", "ticket", "What `POST /ws/ticket` answers with: good once, for 30 seconds.");
        key(schemes, "query", "query", "token", "The access token in the address, where a client can't send headers.");
        key(
                schemes,
                "subprotocol",
                "header",
                "Sec-WebSocket-Protocol",
                "`koine.v1, bearer.<access token>`, for browsers.");
        return schemes;
    }

    private static void key(ObjectNode schemes, String name, String in, String parameter, String description) {
        schemes.putObject(name)
                .put("type", "apiKey")
                .put("in", in)
                .put("name", parameter)
                .put("description", description);
    }
}
