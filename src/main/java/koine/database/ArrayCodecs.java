package koine.database;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.postgresql.codec.CodecRegistry;
import io.r2dbc.postgresql.codec.PostgresqlObjectId;
import io.r2dbc.postgresql.extension.CodecRegistrar;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/// The arrays that are bound on the way of a message, for each connection: of numbers, texts and truth values.
final class ArrayCodecs implements CodecRegistrar {

    @Override
    public Publisher<Void> register(
            PostgresqlConnection connection, ByteBufAllocator allocator, CodecRegistry registry) {
        return Mono.fromRunnable(() -> {
            registry.addFirst(new ArrayCodec<>(
                    Long[].class,
                    PostgresqlObjectId.INT8_ARRAY,
                    PostgresqlObjectId.INT8,
                    ArrayCodecs::write,
                    allocator));
            registry.addFirst(new ArrayCodec<>(
                    String[].class,
                    PostgresqlObjectId.TEXT_ARRAY,
                    PostgresqlObjectId.TEXT,
                    ArrayCodecs::write,
                    allocator));
            registry.addFirst(new ArrayCodec<>(
                    Boolean[].class,
                    PostgresqlObjectId.BOOL_ARRAY,
                    PostgresqlObjectId.BOOL,
                    ArrayCodecs::write,
                    allocator));
        });
    }

    private static void write(ByteBuf buffer, Long value) {
        buffer.writeInt(Long.BYTES);
        buffer.writeLong(value);
    }

    private static void write(ByteBuf buffer, Boolean value) {
        buffer.writeInt(Byte.BYTES);
        buffer.writeBoolean(value);
    }

    private static void write(ByteBuf buffer, String value) {
        var length = ByteBufUtil.utf8Bytes(value);
        buffer.writeInt(length);
        ByteBufUtil.reserveAndWriteUtf8(buffer, value, length);
    }
}
