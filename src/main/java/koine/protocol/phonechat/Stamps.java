package koine.protocol.phonechat;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import koine.kernel.ChatId;
import koine.log.Message;

/// The timestamps by which clients know messages. A client's own goes with the message as its send-once key, with
/// the chat before it; so a second message with the same is a retry. A message of another protocol is known by
/// the millisecond in which it was stored.
final class Stamps {

    private static final String KEY = "@pc:";

    private static final Pattern FORM =
            Pattern.compile("([0-9]{4}-[0-9]{2}-[0-9]{2})([ T])([0-9]{2}:[0-9]{2}:[0-9]{2}(?:\\.[0-9]{1,9})?)"
                    + "(Z|[+-][0-9]{2}(?::?[0-9]{2})?)?");

    private static final DateTimeFormatter ISO =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private static final DateTimeFormatter OURS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSS").withZone(ZoneOffset.UTC);

    private Stamps() {}

    /// When it was; empty for what is no timestamp. One without an offset is taken for UTC.
    static Optional<Instant> time(String text) {
        var form = FORM.matcher(text);
        try {
            return form.matches() && (form.group(2).equals("T") || form.group(4) == null)
                    ? Optional.of(time(form))
                    : Optional.empty();
        } catch (DateTimeException _) {
            return Optional.empty();
        }
    }

    private static Instant time(Matcher form) {
        var offset = form.group(4);
        return LocalDateTime.parse(form.group(1) + "T" + form.group(3))
                .toInstant(offset == null ? ZoneOffset.UTC : ZoneOffset.of(offset));
    }

    /// The send-once key of a message of that chat.
    static String key(ChatId chat, String stamp) {
        return KEY + chat.value() + ":" + stamp;
    }

    /// The keys that a message may have which somebody calls by this timestamp. A client that has read it may
    /// write the same time in the other usual form: the one just as it stands comes first.
    static List<String> keys(ChatId chat, String stamp) {
        var spellings = new LinkedHashSet<String>();
        spellings.add(stamp);
        var form = FORM.matcher(stamp);
        if (form.matches() && (form.group(4) == null || form.group(4).equals("Z"))) {
            var iso = form.group(1) + "T" + form.group(3);
            spellings.addAll(List.of(form.group(1) + " " + form.group(3), iso, iso + "Z"));
        }
        return spellings.stream().map(each -> key(chat, each)).toList();
    }

    /// As which its readers know the message: what its author's client gave, or when it was stored.
    static String of(Message message) {
        return given(message).orElseGet(() -> iso(message.createdAt()));
    }

    /// What its author's client gave; empty for a message of another protocol.
    static Optional<String> given(Message message) {
        var prefix = key(message.chat(), "");
        return Optional.ofNullable(message.key())
                .filter(key -> key.startsWith(prefix))
                .map(key -> key.substring(prefix.length()))
                .filter(stamp -> time(stamp).isPresent());
    }

    static String iso(Instant time) {
        return ISO.format(time);
    }

    /// As the server tells when it did something itself.
    static String ours(Instant time) {
        return OURS.format(time);
    }
}
