package koine.protocol.events;

import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import koine.kernel.AccountId;
import koine.kernel.ChatId;
import koine.kernel.MessageId;
import koine.log.Message;
import koine.protocol.MessageView;
import koine.protocol.ServiceJson;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/// The native socket's frames: reading what a client sends, making what it gets, and giving one event to a group, whose
/// frame is made once and shared, or would be made for each.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CodecBenchmark {

    private static final int MEMBERS = 100;

    private final JsonMapper json = ServiceJson.mapper();
    private final CommandCodec codec = new CommandCodec(json);
    private final ObjectWriter writer = json.writerFor(Outgoing.class);
    private final byte[] send = ("{\"type\":\"message.send\",\"chat_id\":4711,\"contents\":\"" + "x".repeat(100)
                    + "\"}")
            .getBytes(StandardCharsets.UTF_8);
    private final Message message = new Message(
            new MessageId(123_456),
            new ChatId(4711),
            new AccountId(42),
            99,
            "x".repeat(100),
            Instant.parse("2026-01-02T03:04:05.678901Z"),
            Instant.parse("2026-01-02T03:04:05.678901Z"),
            null,
            null);

    @Benchmark
    public Object readSend() {
        return codec.read(send);
    }

    @Benchmark
    public byte[] writeMessage() {
        return writer.writeValueAsBytes(
                new Outgoing.Message("7f3a1-123456", message.chat().value(), message.seq(), MessageView.of(message)));
    }

    @Benchmark
    public void fanOutMadeOnce(Blackhole sockets) {
        var bytes = writeMessage();
        for (int i = 0; i < MEMBERS; i++) {
            sockets.consume(Unpooled.wrappedBuffer(bytes));
        }
    }

    @Benchmark
    public void fanOutMadeForEach(Blackhole sockets) {
        for (int i = 0; i < MEMBERS; i++) {
            sockets.consume(Unpooled.wrappedBuffer(writeMessage()));
        }
    }
}
