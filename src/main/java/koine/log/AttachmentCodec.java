package koine.log;

import koine.kernel.MediaId;
import tools.jackson.databind.json.JsonMapper;

/// How a file's description is kept with each message that brings it, so that reading messages reads nothing
/// else. What is written here is read back for as long as there are messages: add to it, never rename.
public final class AttachmentCodec {

    private static final JsonMapper JSON = JsonMapper.shared();

    private AttachmentCodec() {}

    private record Stored(long id, String name, String type, long size, boolean thumbnail) {}

    public static String encode(Attachment file) {
        return JSON.writeValueAsString(
                new Stored(file.id().value(), file.fileName(), file.contentType(), file.size(), file.thumbnail()));
    }

    static Attachment decode(String text) {
        var stored = JSON.readValue(text, Stored.class);
        return new Attachment(
                new MediaId(stored.id()), stored.name(), stored.type(), stored.size(), stored.thumbnail());
    }
}
