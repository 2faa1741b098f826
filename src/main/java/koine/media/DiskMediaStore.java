package koine.media;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import koine.kernel.ErrorCode;
import koine.kernel.Refused;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// Keeps files in a directory, spread over directories below it by the first letters of their keys. Several
/// servers need one volume for it that all of them see.
@Component
class DiskMediaStore implements MediaStore {

    private static final Logger log = LoggerFactory.getLogger(DiskMediaStore.class);

    /// Also what one slow download holds in memory, times what the server asks for in advance.
    private static final int PIECE = 16 * 1024;

    private final Path root;
    private final MediaThreads threads;

    DiskMediaStore(MediaDirectory directory, MediaThreads threads) {
        this.root = directory.files();
        this.threads = threads;
    }

    @Override
    public Mono<Void> keep(String key, Path file) {
        return threads.doOnDisk(() -> {
            var target = path(key);
            sync(file, StandardOpenOption.WRITE);
            Files.createDirectories(directoryOf(target));
            Files.move(file, target, StandardCopyOption.ATOMIC_MOVE);
            syncUpToTheRoot(target);
        });
    }

    @Override
    public Flux<DataBuffer> read(String key, long from, long length) {
        return Flux.usingWhen(
                open(key), channel -> pieces(channel, from, length), channel -> threads.doOnDisk(channel::close));
    }

    @Override
    public Mono<Void> remove(String key) {
        return threads.doOnDisk(() -> Files.deleteIfExists(path(key)));
    }

    private Mono<FileChannel> open(String key) {
        return threads.<FileChannel>onDisk(() -> {
            try {
                return FileChannel.open(path(key), StandardOpenOption.READ);
            } catch (NoSuchFileException missing) {
                log.error("A file that should be there is missing: {}", missing.getMessage());
                throw new Refused(ErrorCode.MEDIA_DOES_NOT_EXIST, "the file is lost");
            }
        });
    }

    private Flux<DataBuffer> pieces(FileChannel channel, long from, long length) {
        var count = (int) Math.ceilDiv(length, PIECE);
        return Flux.range(0, count)
                .map(n -> (long) n * PIECE)
                .concatMap(
                        done -> threads.onDisk(() -> piece(channel, from + done, (int) Math.min(PIECE, length - done))),
                        1);
    }

    private static DataBuffer piece(FileChannel channel, long from, int length) throws IOException {
        var bytes = ByteBuffer.allocate(length);
        try {
            while (bytes.hasRemaining()) {
                if (channel.read(bytes, from + bytes.position()) < 0) {
                    throw new IOException("the file is shorter than it was");
                }
            }
        } catch (ClosedChannelException _) { // whoever was reading has gone: nobody gets this
        }
        return DefaultDataBufferFactory.sharedInstance.wrap(bytes.flip());
    }

    private Path path(String key) {
        return root.resolve(key.substring(0, 2)).resolve(key.substring(2, 4)).resolve(key);
    }

    /// The file's own name and those of the directories that may be new are durable when their directories are.
    private void syncUpToTheRoot(Path file) throws IOException {
        for (var directory = directoryOf(file); directory.startsWith(root); directory = directoryOf(directory)) {
            sync(directory, StandardOpenOption.READ);
        }
    }

    private static void sync(Path path, StandardOpenOption option) throws IOException {
        try (var channel = FileChannel.open(path, option)) {
            channel.force(true);
        }
    }

    private static Path directoryOf(Path path) {
        var parent = path.getParent();
        if (parent == null) {
            throw new IllegalStateException(path + " is in no directory");
        }
        return parent;
    }
}
