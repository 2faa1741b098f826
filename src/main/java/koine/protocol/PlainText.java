package koine.protocol;

import java.util.Objects;
import koine.log.Message;

/// Messages in protocols that know words only.
public final class PlainText {

    private PlainText() {}

    /// What was said; the file that comes with it stands below, by its name and where it is read.
    public static String of(Message message) {
        var words = Objects.requireNonNullElse(message.contents(), "");
        var media = message.media();
        if (media == null) {
            return words;
        }
        var file = media.fileName() + " " + MediaView.of(media).url();
        return words.isEmpty() ? file : words + "\n" + file;
    }
}
