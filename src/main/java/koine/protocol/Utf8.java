package koine.protocol;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/// Bytes that ought to be text.
public final class Utf8 {

    private Utf8() {}

    /// Whether they are valid UTF-8 (RFC 3629).
    public static boolean isValid(byte[] bytes) {
        return ByteBufUtil.isText(Unpooled.wrappedBuffer(bytes), StandardCharsets.UTF_8);
    }
}
