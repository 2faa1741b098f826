package koine.protocol.uchat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import koine.kernel.Refused;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import reactor.core.publisher.Flux;

/// A file in a frame, as a data URL (RFC 2397) in base64. It is never there as a whole but as the frame itself: it is
/// decoded piece by piece, by whoever wants the next one.
///
/// @param fileName    beyond the document: as the client calls it
/// @param contentType as the URL says; null if it says none
/// @param data        what is encoded
record InlineFile(@Nullable String fileName, @Nullable String contentType, ByteBuffer data) {

    private static final String SCHEME = "data:";
    private static final String BASE64 = ";base64";
    private static final int LONGEST_HEAD = 1_024;

    /// The file in a text of a frame; empty if that is no such URL.
    static Optional<InlineFile> in(ByteBuffer text, @Nullable String fileName) {
        var start = ascii(text.duplicate().limit(Math.min(text.limit(), LONGEST_HEAD)));
        var comma = start.indexOf(',');
        var head = start.substring(0, Math.max(comma, 0)).replace("\\/", "/").toLowerCase(Locale.ROOT);
        if (!head.startsWith(SCHEME) || !head.endsWith(BASE64)) {
            return Optional.empty();
        }
        var type = head.substring(SCHEME.length(), head.indexOf(';'));
        var data = text.duplicate().position(comma + 1).slice();
        return Optional.of(new InlineFile(fileName, type.isEmpty() ? null : type, data));
    }

    /// The file's contents; each piece is decoded when it is asked for.
    ///
    /// Errors: `INVALID_REQUEST` for what is no base64.
    Flux<DataBuffer> pieces() {
        return Flux.generate(() -> new Decoder(data.duplicate()), (decoder, pieces) -> {
            var piece = decoder.next();
            if (piece.length == 0) {
                pieces.complete();
            } else {
                pieces.next(DefaultDataBufferFactory.sharedInstance.wrap(piece));
            }
            return decoder;
        });
    }

    private static String ascii(ByteBuffer text) {
        return StandardCharsets.US_ASCII.decode(text).toString();
    }

    /// Takes the escapes of JSON out of base64, and decodes it.
    private static final class Decoder {

        /// Of base64; whole groups of four.
        private static final int PIECE = 64 * 1024;

        private static final int HEX = 16;
        private static final int HEX_DIGITS = 4;

        private final ByteBuffer data;
        private final byte[] base64 = new byte[PIECE];
        private boolean padded;

        Decoder(ByteBuffer data) {
            this.data = data;
        }

        /// Empty at the end.
        byte[] next() {
            int length = 0;
            while (length < PIECE && data.hasRemaining()) {
                var c = nextCharacter();
                if (!Character.isWhitespace(c)) {
                    base64[length++] = (byte) c;
                }
            }
            return length == 0 ? new byte[0] : decoded(length);
        }

        private byte[] decoded(int length) {
            if (padded) {
                throw noBase64();
            }
            padded = base64[length - 1] == '=';
            try {
                return Base64.getDecoder().decode(Arrays.copyOf(base64, length));
            } catch (IllegalArgumentException _) {
                throw noBase64();
            }
        }

        private int nextCharacter() {
            var c = data.get();
            return c == '\\' ? escaped(data.get()) : c;
        }

        private int escaped(byte c) {
            return switch (c) {
                case '/' -> '/';
                case 'n', 'r', 't' -> ' ';
                case 'u' -> hexadecimal();
                default -> throw noBase64();
            };
        }

        /// Some write `+` that way. The parser has seen that there are four digits.
        private int hexadecimal() {
            var c = Integer.parseInt(ascii(data.slice(data.position(), HEX_DIGITS)), HEX);
            data.position(data.position() + HEX_DIGITS);
            if (c > Byte.MAX_VALUE) {
                throw noBase64();
            }
            return c;
        }

        private static Refused noBase64() {
            return Refused.invalid("message", "is no base64");
        }
    }
}
