package koine.media;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import koine.kernel.ErrorCode;
import koine.kernel.Refused;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// Writes what a client sends into a file, piece by piece: the next one is asked for when the last is written.
@Component
class Receiver {

    /// How long the next piece may take to come.
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final MediaProperties properties;
    private final MediaThreads threads;

    Receiver(MediaProperties properties, MediaThreads threads) {
        this.properties = properties;
        this.threads = threads;
    }

    /// Fills the file, which must not be there yet; completes when all has come. Every piece is released.
    ///
    /// Errors: `TOO_LARGE` as soon as it is; `INVALID_REQUEST` for nothing at all, or if it takes too long.
    Mono<Void> receive(Flux<DataBuffer> body, Path file) {
        return Mono.usingWhen(
                threads.onDisk(() ->
                        new Incoming(FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE))),
                incoming -> fill(incoming, body),
                incoming -> threads.doOnDisk(incoming::close));
    }

    /// A longer one than this is refused.
    long maxSize() {
        return properties.maxSize().toBytes();
    }

    private Mono<Void> fill(Incoming incoming, Flux<DataBuffer> body) {
        return body.timeout(PATIENCE)
                .onErrorMap(TimeoutException.class, _ -> invalid("the body did not come in time"))
                .concatMap(piece -> append(incoming, piece), 0)
                .then(Mono.defer(
                        () -> incoming.size.get() == 0 ? Mono.error(invalid("the body is empty")) : Mono.empty()));
    }

    /// Also what is too large is found on the disk's threads: refused in the middle of taking a piece from the
    /// connection, that would cancel what is just giving it.
    private Mono<Void> append(Incoming incoming, DataBuffer piece) {
        return threads.doOnDisk(() -> incoming.append(piece))
                .doOnError(MediaThreads::wasNotBegun, _ -> DataBufferUtils.release(piece));
    }

    /// What a file is that is longer than [#maxSize].
    Refused tooLarge() {
        return new Refused(ErrorCode.TOO_LARGE, "a file has at most %d bytes".formatted(maxSize()));
    }

    private static Refused invalid(String detail) {
        return new Refused(ErrorCode.INVALID_REQUEST, detail);
    }

    /// A file that is being written. Its pieces come one after the other, on whatever threads.
    private final class Incoming {

        private final FileChannel channel;
        private final AtomicLong size = new AtomicLong();

        Incoming(FileChannel channel) {
            this.channel = channel;
        }

        void append(DataBuffer piece) throws IOException {
            try (var parts = piece.readableByteBuffers()) {
                if (size.addAndGet(piece.readableByteCount()) > maxSize()) {
                    throw tooLarge();
                }
                while (parts.hasNext()) {
                    for (var part = parts.next(); part.hasRemaining(); ) {
                        channel.write(part);
                    }
                }
            } catch (ClosedChannelException _) { // whoever was sending has gone: the file will, too
            } finally {
                DataBufferUtils.release(piece);
            }
        }

        void close() throws IOException {
            channel.close();
        }
    }
}
