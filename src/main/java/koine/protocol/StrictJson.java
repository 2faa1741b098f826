package koine.protocol;

import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/// How much JSON anybody may send at a time, besides the length of what brings it: not too deep, which would take the
/// stack, and not in too many pieces, each of which takes memory of its own.
public final class StrictJson {

    /// As deep as no protocol goes.
    public static final int MAX_DEPTH = 32;

    /// A list of a thousand ids has a thousand.
    public static final int MAX_TOKENS = 20_000;

    private static final int MAX_NUMBER = 64;
    private static final int MAX_NAME = 1_000;

    private StrictJson() {}

    /// For a mapper that reads what strangers send.
    public static JsonFactory factory() {
        return JsonFactory.builder().streamReadConstraints(constraints()).build();
    }

    static StreamReadConstraints constraints() {
        return StreamReadConstraints.builder()
                .maxNestingDepth(MAX_DEPTH)
                .maxTokenCount(MAX_TOKENS)
                .maxNumberLength(MAX_NUMBER)
                .maxNameLength(MAX_NAME)
                .build();
    }
}
