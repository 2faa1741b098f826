package koine.kernel;

import java.util.Optional;
import java.util.regex.Pattern;

/// A place in the log, as clients keep it: everything up to and including `position` has been seen. Clients
/// treat its text form, `<epoch>-<position>`, as opaque.
///
/// @param epoch    tells one history of the log from another: positions of different epochs can't be compared
/// @param position the last position that has been seen; 0 before the first
public record Cursor(String epoch, long position) {

    private static final Pattern FORM = Pattern.compile("([0-9a-f]{1,16})-(0|[1-9][0-9]{0,17})");

    /// The cursor a client gave back; empty for what no server of ours can have given out.
    public static Optional<Cursor> parse(String text) {
        var match = FORM.matcher(text);
        return match.matches()
                ? Optional.of(new Cursor(match.group(1), Long.parseLong(match.group(2))))
                : Optional.empty();
    }

    @Override
    public String toString() {
        return epoch + "-" + position;
    }
}
