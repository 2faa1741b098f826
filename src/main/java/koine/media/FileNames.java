package koine.media;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Makes a client's name of a file safe: it has no directory, nothing that can't be seen or that changes the
/// order in which it is read, and no more than 255 code points.
final class FileNames {

    static final String UNNAMED = "file";

    private static final int MOST = 255;
    private static final int LONGEST_ENDING = 20;
    private static final Pattern DIRECTORIES = Pattern.compile(".*[/\\\\]", Pattern.DOTALL);

    /// Control and format characters, which turn the direction of writing for example, line ends, and halves of
    /// surrogate pairs.
    private static final Pattern UNSEEN = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Cs}\\u2028\\u2029]");

    private FileNames() {}

    static String safe(@Nullable String name) {
        if (name == null) {
            return UNNAMED;
        }
        var seen = UNSEEN.matcher(DIRECTORIES.matcher(name).replaceFirst("")).replaceAll("");
        var safe = shortened(seen.strip());
        return safe.isEmpty() || safe.chars().allMatch(c -> c == '.') ? UNNAMED : safe;
    }

    /// Keeps the ending.
    private static String shortened(String name) {
        var codePoints = name.codePoints().toArray();
        if (codePoints.length <= MOST) {
            return name;
        }
        var dot = name.lastIndexOf('.');
        var ending = dot < 0 || name.length() - dot > LONGEST_ENDING ? "" : name.substring(dot);
        var left = MOST - ending.codePointCount(0, ending.length());
        return new String(codePoints, 0, left) + ending;
    }
}
