package koine.database;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.r2dbc.postgresql.client.EncodedParameter;
import io.r2dbc.postgresql.codec.Codec;
import io.r2dbc.postgresql.codec.PostgresqlObjectId;
import io.r2dbc.postgresql.message.Format;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/// Sends arrays to Postgres in its binary form. The driver would write them as text, which costs both sides more:
/// its own arrays can be read in binary form, but not written.
///
/// The form is that of Postgres's `array_recv`: the number of dimensions, whether there are nulls, the type of the
/// elements, then length and lower bound of the dimension, then each element behind its length, a null being of
/// length -1.
///
/// @param <T> what the elements are
final class ArrayCodec<T> implements Codec<T[]> {

    private static final int ONE_DIMENSION = 1;
    private static final int NULL = -1;

    private final Class<T[]> type;
    private final PostgresqlObjectId array;
    private final PostgresqlObjectId element;
    private final BiConsumer<ByteBuf, T> write;
    private final ByteBufAllocator allocator;

    /// @param write writes an element behind its length
    ArrayCodec(
            Class<T[]> type,
            PostgresqlObjectId array,
            PostgresqlObjectId element,
            BiConsumer<ByteBuf, T> write,
            ByteBufAllocator allocator) {
        this.type = type;
        this.array = array;
        this.element = element;
        this.write = write;
        this.allocator = allocator;
    }

    @Override
    public boolean canEncode(Object value) {
        return type.isInstance(value);
    }

    @Override
    public boolean canEncodeNull(Class<?> type) {
        return this.type.equals(type);
    }

    @Override
    public EncodedParameter encode(Object value) {
        return encode(value, array.getObjectId());
    }

    @Override
    public EncodedParameter encode(Object value, int dataType) {
        var elements = type.cast(value);
        return new EncodedParameter(Format.FORMAT_BINARY, dataType, Mono.fromSupplier(() -> bytes(elements)));
    }

    @Override
    public EncodedParameter encodeNull() {
        return new EncodedParameter(Format.FORMAT_BINARY, array.getObjectId(), EncodedParameter.NULL_VALUE);
    }

    /// Reading is the driver's.
    @Override
    public boolean canDecode(int dataType, Format format, Class<?> type) {
        return false;
    }

    @Override
    public T[] decode(@Nullable ByteBuf buffer, int dataType, Format format, Class<? extends T[]> type) {
        throw new UnsupportedOperationException("arrays are read by the driver");
    }

    private ByteBuf bytes(@Nullable T[] elements) {
        var buffer = allocator.buffer();
        buffer.writeInt(elements.length == 0 ? 0 : ONE_DIMENSION);
        buffer.writeInt(hasNulls(elements) ? 1 : 0);
        buffer.writeInt(element.getObjectId());
        if (elements.length > 0) {
            buffer.writeInt(elements.length);
            buffer.writeInt(1);
        }
        for (var value : elements) {
            if (value == null) {
                buffer.writeInt(NULL);
            } else {
                write.accept(buffer, value);
            }
        }
        return buffer;
    }

    private static boolean hasNulls(@Nullable Object[] elements) {
        for (var value : elements) {
            if (value == null) {
                return true;
            }
        }
        return false;
    }
}
