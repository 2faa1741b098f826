package koine.protocol.reference;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import koine.protocol.WireTypes;
import koine.testing.Api;
import koine.testing.EventClient;
import koine.testing.KoineTest;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;
import org.springframework.core.io.ClassPathResource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The AsyncAPI document against what is said over the service's sockets.
@KoineTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AsyncApiTest {

    /// Becomes a `MatchaReceiveMessage` before it is sent.
    private static final Set<String> NEVER_SENT = Set.of("MatchaUnsigned");

    private static final List<String> KINDS = List.of(
            "ok",
            "error",
            "presence",
            "message",
            "message.edited",
            "message.deleted",
            "chat.created",
            "chat.updated",
            "chat.deleted",
            "chat.left",
            "member.joined",
            "member.changed",
            "receipt",
            "typing",
            "friend.requested",
            "friend.accepted",
            "friend.removed",
            "notification");

    @LocalServerPort
    private int port;

    @Autowired
    private ApplicationContext context;

    private final EventWords words = WordsFiles.events();
    private ObjectNode document = JsonNodeFactory.instance.objectNode();
    private Shapes shapes = new Shapes(document);

    @BeforeAll
    void read() {
        document = (ObjectNode) new Api(port).get("/docs/asyncapi.json", null).ok();
        shapes = new Shapes(document);
    }

    @Test
    void document_itself_isAsyncApi() throws IOException {
        try (var file = new ClassPathResource("koine/reference/asyncapi-3.0.0.json").getInputStream()) {
            var schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7)
                    .getSchema(JsonMapper.shared().readTree(file));

            assertThat(schema.validate(document)).isEmpty();
        }
    }

    @Test
    void document_frames_areThoseThatTheProtocolsSend() {
        var sent = context.getBeansOfType(WireTypes.class).values().stream()
                .flatMap(published -> published.types().stream())
                .filter(type -> type.getSimpleName().equals("Outgoing"))
                .flatMap(type -> Stream.of(type.getPermittedSubclasses()))
                .map(SchemaNames::of)
                .filter(name -> !NEVER_SENT.contains(name))
                .collect(Collectors.toCollection(TreeSet::new));
        var described = words.channels().values().stream()
                .flatMap(channel -> channel.sends().keySet().stream())
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(described).isEqualTo(sent);
    }

    @Test
    void document_closeCodes_areThereWithWhatToDo() {
        for (var close : document.path("channels").path("events").path("x-close-codes")) {
            assertThat(close.path("what-to-do").asString(""))
                    .as(close.toString())
                    .isNotBlank();
        }
        assertThat(document.at("/channels/events/x-close-codes")).hasSizeGreaterThan(5);
    }

    @Test
    void parsed_document_hasNoReferencesButPaths() {
        var parsed = new Api(port).get("/docs/assets/asyncapi.json", null).ok();

        assertThat(parsed.findValues("$ref")).isEmpty();
        assertThat(parsed.at("/operations/events_ask_resume/channel").stringValue())
                .isEqualTo("$ref:$.channels.events");
        assertThat(parsed.at("/channels/events/messages/Hello/payload/properties/cursor/type")
                        .stringValue())
                .isEqualTo("string");
    }

    @ParameterizedTest
    @ValueSource(strings = {"events", "pymessage", "uchat", "phonechatReceive", "phonechatDialogue"})
    void examples_sent_areAnsweredAsTheDocumentSays(String id) {
        var world = new ReferenceWorld(port, context);
        var here = documentFor(world);
        var channel = Objects.requireNonNull(words.channels().get(id));
        try (var socket = open(channel, world)) {
            channel.asked().forEach((name, command) -> {
                if (command.example() != null) {
                    send(socket, id, name, here);
                    awaitAnswer(socket, id, name, command);
                }
            });
        }
    }

    private EventClient open(EventWords.Channel channel, ReferenceWorld world) {
        var path = channel.address()
                .replace("{me}", world.text("ada_number"))
                .replace("{other}", world.text("bob_number"));
        var proof = Map.of("Authorization", "Bearer " + world.token("ada"));
        return EventClient.open(port, path, channel.tag() == null ? Map.of() : proof, List.of());
    }

    private void send(EventClient socket, String id, String name, ObjectNode here) {
        var example = here.at("/channels/%s/messages/%s/examples/0/payload".formatted(id, AsyncApiDocument.key(name)));
        assertThat(shapes.problems(payload(id, AsyncApiDocument.key(name)), example))
                .as("%s %s", id, example)
                .isEmpty();
        socket.send(example);
    }

    private ObjectNode documentFor(ReferenceWorld world) {
        world.samples().put("message_length", JsonNodeFactory.instance.numberNode(2047));
        var fields = FieldWords.of(WordsFiles.calls(), world.samples()).with(words.fields());
        var types = new TypeIndex(context.getBeansOfType(WireTypes.class).values());
        return new AsyncApiDocument(words, fields, types, CodesPage.load()).write();
    }

    /// Takes frames until the first of the answers has come; each that comes must be one of those described.
    private void awaitAnswer(EventClient socket, String id, String name, EventWords.Command command) {
        if (command.answers() == null) {
            return;
        }
        for (var frame = socket.next(); ; frame = socket.next()) {
            var fitting = fitting(id, frame);
            assertThat(fitting).as("%s, %s: %s", id, name, frame).isNotEmpty();
            if (fitting.contains(command.answers().getFirst())) {
                return;
            }
            assertThat(fitting).as("%s, %s: %s", id, name, frame).noneMatch(each -> each.matches(".*(Problem|Failed)"));
        }
    }

    private Set<String> fitting(String id, JsonNode frame) {
        return Objects.requireNonNull(words.channels().get(id)).sends().keySet().stream()
                .filter(message -> shapes.problems(payload(id, message), frame).isEmpty())
                .collect(Collectors.toSet());
    }

    private JsonNode payload(String id, String message) {
        return document.at("/channels/%s/messages/%s/payload".formatted(id, message));
    }

    @Test
    void events_ofManyKinds_fitTheirSchemas() {
        var world = new ReferenceWorld(port, context);
        var types = new TreeSet<String>();
        try (var bob = EventClient.live(port, Objects.requireNonNull(world.token("bob")))) {
            bob.send(Map.of("type", "watch", "user_ids", List.of(world.samples().get("ada"))));
            causeEvents(world);
            bob.sendText("{\"type\":\"wave\"}");
            while (!types.containsAll(KINDS)) {
                var frame = bob.next();
                types.add(frame.path("type").stringValue());
                assertThat(fitting("events", frame)).as(frame.toString()).hasSize(1);
            }
        }
    }

    private static void causeEvents(ReferenceWorld world) {
        var bob = Map.of("user_id", world.samples().get("bob"));
        var group = "/chat/" + world.text("group");
        var chat = "/chat/" + world.text("private_chat");
        var message = "/message/" + world.text("message");
        world.does(
                "ada",
                "POST",
                chat + "/message",
                Map.of("contents", "hello", "reply_to", world.samples().get("message")));
        world.does("ada", "PATCH", message, Map.of("contents", "hi"));
        world.does("ada", "DELETE", message, Map.of());
        world.does("bob", "POST", chat + "/read", Map.of("seq", 1));
        world.does("ada", "POST", chat + "/typing", Map.of());
        world.does("ada", "POST", "/friend/request", bob);
        world.does(
                "bob",
                "POST",
                "/friend/accept",
                Map.of("user_id", world.samples().get("ada")));
        world.does("ada", "DELETE", "/friend/" + world.text("bob"), Map.of());
        world.does("ada", "PATCH", group, Map.of("bio", "Cogs"));
        world.does(
                "ada",
                "POST",
                group + "/members",
                Map.of("user_ids", List.of(world.samples().get("dan"))));
        world.does("ada", "PATCH", group + "/members/" + world.text("dan"), Map.of("role", "admin"));
        world.does("ada", "DELETE", group + "/members/" + world.text("bob"), Map.of());
        world.does(
                "ada",
                "POST",
                "/chat/group/create",
                Map.of("name", "New", "with_ids", List.of(world.samples().get("bob"))));
        world.does("ada", "DELETE", chat, Map.of());
    }
}
