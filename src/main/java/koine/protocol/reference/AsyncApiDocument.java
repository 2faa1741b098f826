package koine.protocol.reference;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import koine.protocol.reference.EventWords.Channel;
import koine.protocol.reference.EventWords.Command;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The AsyncAPI document: what is said over sockets and streams, both ways.
final class AsyncApiDocument {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final EventWords words;
    private final FieldWords fields;
    private final TypeIndex types;
    private final CodesPage codes;
    private final RecordSchemas schemas;

    AsyncApiDocument(EventWords words, FieldWords fields, TypeIndex types, CodesPage codes) {
        this.words = words;
        this.fields = fields;
        this.types = types;
        this.codes = codes;
        this.schemas = new RecordSchemas(fields, OpenApiDocument.SCHEMAS);
    }

    ObjectNode write() {
        var document = head();
        var channels = document.putObject("channels");
        var operations = document.putObject("operations");
        words.channels().forEach((id, channel) -> {
            channels.set(id, channel(id, channel));
            addOperations(operations, id, channel);
        });
        schemas.known().forEach(document.withObject("/components").putObject("schemas")::set);
        return document;
    }

    private ObjectNode head() {
        var document = JSON.objectNode().put("asyncapi", "3.0.0");
        var info = document.putObject("info").put("title", "Koine: the events").put("version", "1");
        info.put("description", introduction());
        info.putObject("license").put("name", "Apache-2.0");
        document.withObject("/servers/here").put("host", "localhost:8080").put("protocol", "ws");
        return document;
    }

    /// What holds for each channel stands at the head, once: pages repeat a channel's description for each operation.
    private String introduction() {
        var channels = words.channels().values().stream()
                .map(channel -> "## %s: `%s`\n\n%s".formatted(channel.says(), channel.address(), channel.more()))
                .collect(Collectors.joining("\n"));
        return "%s\n\n%s\n## Close codes\n\n%s\n".formatted(Intro.EVENTS, channels, codes.closeTable());
    }

    private ObjectNode channel(String id, Channel channel) {
        var written = JSON.objectNode().put("address", channel.address()).put("summary", channel.says());
        var messages = written.putObject("messages");
        channel.sends().forEach((schema, says) -> messages.set(schema, told(schema, says)));
        channel.asked().forEach((name, command) -> messages.set(key(name), asked(id, channel, name, command)));
        addParameters(written, channel.address());
        if (channel.closes()) {
            codes.closes()
                    .forEach(close -> written.withArray("x-close-codes")
                            .addObject()
                            .put("code", Integer.parseInt(close.code()))
                            .put("reason", close.reason())
                            .put("meaning", close.meaning())
                            .put("what-to-do", close.todo()));
        }
        return written;
    }

    private void addParameters(ObjectNode channel, String address) {
        FieldWords.placeholders(address)
                .forEach(name -> channel.withObject("/parameters/" + name)
                        .put(
                                "description",
                                fields.field("parameter", name)
                                        .path("description")
                                        .asString("")));
    }

    /// What the server sends.
    private ObjectNode told(String schema, String says) {
        var message = JSON.objectNode().put("name", schema).put("summary", says).put("contentType", "application/json");
        message.set("payload", schemas.written(types.named(schema)));
        return message;
    }

    private ObjectNode asked(String id, Channel channel, String name, Command command) {
        var message = JSON.objectNode().put("name", name).put("summary", command.says());
        message.put("contentType", "application/json");
        message.set("payload", payload(id, channel, name, command));
        if (command.example() != null) {
            message.putArray("examples").addObject().set("payload", example(channel, name, command));
        }
        return message;
    }

    /// A command as a client sends it.
    ObjectNode example(Channel channel, String name, Command command) {
        var example = JSON.objectNode();
        if (channel.tag() != null) {
            example.put(channel.tag(), name);
        }
        if (command.example() != null && fields.samples().in(command.example()) instanceof ObjectNode given) {
            example.setAll(given);
        }
        return example;
    }

    private ObjectNode payload(String id, Channel channel, String name, Command command) {
        var form = command.fields() == null ? new Words.Form(null, null) : command.fields();
        var schema = fields.form(id, form);
        if (channel.tag() != null) {
            schema.withObject("/properties/" + channel.tag())
                    .put("type", "string")
                    .put("const", name);
            schema.withArray("required").add(channel.tag());
        }
        return schema;
    }

    private static void addOperations(ObjectNode operations, String id, Channel channel) {
        channel.asked().forEach((name, command) -> {
            var operation = operation("receive", id, "Ask: " + name, command.says());
            operation.putArray("messages").add(message(id, key(name)));
            if (command.answers() != null) {
                operation.set("reply", reply(id, command.answers()));
            }
            operations.set(id + "_" + key(name), operation);
        });
        var sending = operation("send", id, "Told on " + channel.address(), channel.says());
        channel.sends().keySet().forEach(schema -> sending.withArray("messages").add(message(id, schema)));
        operations.set(id + "_told", sending);
    }

    private static ObjectNode reply(String id, List<String> answers) {
        var reply = JSON.objectNode();
        reply.set("channel", channelReference(id));
        answers.forEach(answer -> reply.withArray("messages").add(message(id, answer)));
        return reply;
    }

    private static ObjectNode operation(String action, String id, String title, String summary) {
        var operation = JSON.objectNode().put("action", action);
        operation.set("channel", channelReference(id));
        return operation.put("title", title).put("summary", summary);
    }

    private static ObjectNode channelReference(String id) {
        return JSON.objectNode().put("$ref", "#/channels/" + id);
    }

    private static ObjectNode message(String id, String key) {
        return JSON.objectNode().put("$ref", "#/channels/" + id + "/messages/" + key);
    }

    /// A command's name as a key: `message.send` is `ask_message_send`.
    static String key(String name) {
        return "ask_" + name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "_");
    }
}
