package koine.operations;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.function.BiConsumer;

/// Reads the spans of an OTLP export, as far as tests need them: resource spans (1) have scope spans (2), and these
/// spans (2).
final class Spans {

    private Spans() {}

    /// @param parent empty for the first of its trace
    record Span(String trace, String id, String parent, String name) {}

    static List<Span> of(byte[] export) {
        var spans = new ArrayList<Span>();
        fields(export, (field, resource) -> {
            if (field == 1) {
                fields(resource, (inResource, scope) -> {
                    if (inResource == 2) {
                        fields(scope, (inScope, span) -> {
                            if (inScope == 2) {
                                spans.add(span(span));
                            }
                        });
                    }
                });
            }
        });
        return spans;
    }

    private static Span span(byte[] message) {
        var parts = new String[6];
        Arrays.fill(parts, "");
        fields(message, (field, value) -> {
            switch (field) {
                case 1, 2, 4 -> parts[field] = HexFormat.of().formatHex(value);
                case 5 -> parts[field] = new String(value, StandardCharsets.UTF_8);
                default -> {}
            }
        });
        return new Span(parts[1], parts[2], parts[4], parts[5]);
    }

    /// Gives each field that has a length; numbers are passed over.
    private static void fields(byte[] message, BiConsumer<Integer, byte[]> each) {
        var rest = ByteBuffer.wrap(message);
        while (rest.hasRemaining()) {
            var key = (int) varint(rest);
            switch (key & 7) {
                case 0 -> varint(rest);
                case 1 -> rest.position(rest.position() + 8);
                case 5 -> rest.position(rest.position() + 4);
                case 2 -> {
                    var value = new byte[(int) varint(rest)];
                    rest.get(value);
                    each.accept(key >>> 3, value);
                }
                default -> throw new IllegalArgumentException("not a wire type: " + key);
            }
        }
    }

    private static long varint(ByteBuffer from) {
        var value = 0L;
        for (int shift = 0; ; shift += 7) {
            var next = from.get();
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
    }
}
