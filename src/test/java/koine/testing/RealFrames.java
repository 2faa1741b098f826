package koine.testing;

import java.util.List;

/// Frames as clients send them, one at least of every command: those of the intruders' table, which has them all.
public final class RealFrames {

    private RealFrames() {}

    /// @param protocol as the table calls it
    public static List<String> of(String protocol) {
        var frames = Table.rows("sockets.md").stream()
                .filter(row -> row.getFirst().startsWith(protocol + " "))
                .map(row -> frame(row.get(1)).replaceAll("\\{\\w+}", "7"))
                .toList();
        if (frames.isEmpty()) {
            throw new AssertionError("no frames of " + protocol);
        }
        return frames;
    }

    /// Without the way to the socket that stands before it in protocols that have several.
    public static String frame(String sent) {
        return sent.startsWith("{\"") || sent.startsWith("[") ? sent : sent.substring(sent.indexOf(' ') + 1);
    }
}
