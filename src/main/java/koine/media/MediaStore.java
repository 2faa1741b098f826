package koine.media;

import java.nio.file.Path;
import org.springframework.core.io.buffer.DataBuffer;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// Keeps files under keys. A key is used once, so what is kept never changes.
///
/// Errors of all calls: `UNAVAILABLE` if what keeps the files can't be reached or is full.
interface MediaStore {

    /// Takes the file over; completes once it will survive a crash. If it does not complete, the file may be
    /// kept or not.
    Mono<Void> keep(String key, Path file);

    /// So many bytes from that offset on, which must lie within the file. Reads as it is asked for, and stops
    /// when it is cancelled.
    ///
    /// Errors: `MEDIA_DOES_NOT_EXIST` for a key under which nothing is kept.
    Flux<DataBuffer> read(String key, long from, long length);

    /// Forgets the file. There may be none.
    Mono<Void> remove(String key);
}
