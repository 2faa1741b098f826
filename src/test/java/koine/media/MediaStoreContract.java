package koine.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import koine.kernel.ErrorCode;
import koine.kernel.Refused;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/// What holds for files wherever they are kept.
interface MediaStoreContract {

    int SIZE = 100_000;
    AtomicLong KEYS = new AtomicLong();

    MediaStore store();

    @ParameterizedTest
    @CsvSource({"0,100000", "0,1", "99999,1", "16383,2", "16384,16384", "1,99998", "50000,0"})
    default void read_ofWhatIsKept_givesThoseBytes(int from, int length, @TempDir Path directory) throws IOException {
        var bytes = contents();
        var key = kept(bytes, directory);

        assertThat(joined(store().read(key, from, length))).isEqualTo(Arrays.copyOfRange(bytes, from, from + length));
    }

    @Test
    default void keep_file_takesItOver(@TempDir Path directory) throws IOException {
        var file = Files.write(directory.resolve("file"), contents());

        store().keep(newKey(), file).block();

        assertThat(file).doesNotExist();
    }

    @Test
    default void keep_fileThatIsNotThere_isAnError(@TempDir Path directory) {
        store().keep(newKey(), directory.resolve("missing"))
                .as(StepVerifier::create)
                .verifyErrorMatches(problem -> isRefused(problem, ErrorCode.UNAVAILABLE));
    }

    @Test
    default void read_ofAKeyThatHasNothing_isRefused() {
        joining(store().read(newKey(), 0, 1))
                .as(StepVerifier::create)
                .verifyErrorMatches(problem -> isRefused(problem, ErrorCode.MEDIA_DOES_NOT_EXIST));
    }

    @Test
    default void read_cancelledInTheMiddle_canBeReadAgain(@TempDir Path directory) throws IOException {
        var bytes = contents();
        var key = kept(bytes, directory);

        store().read(key, 0, SIZE).doOnNext(DataBufferUtils::release).take(2).blockLast();

        assertThat(joined(store().read(key, 0, SIZE))).isEqualTo(bytes);
    }

    @Test
    default void read_slowly_readsNoFartherThanIsAskedFor(@TempDir Path directory) throws IOException {
        var key = kept(contents(), directory);

        StepVerifier.create(store().read(key, 0, SIZE), 1)
                .consumeNextWith(DataBufferUtils::release)
                .thenRequest(1)
                .consumeNextWith(DataBufferUtils::release)
                .thenCancel()
                .verify();
    }

    @Test
    default void remove_ofAKey_forgetsItAndNoOther(@TempDir Path directory) throws IOException {
        var gone = kept(contents(), directory);
        var stays = kept(contents(), directory);

        store().remove(gone).block();
        store().remove(gone).block();

        joining(store().read(gone, 0, 1)).as(StepVerifier::create).verifyError(Refused.class);
        assertThat(joined(store().read(stays, 0, SIZE))).hasSize(SIZE);
    }

    private String kept(byte[] bytes, Path directory) throws IOException {
        var key = newKey();
        store().keep(key, Files.write(directory.resolve(key), bytes)).block();
        return key;
    }

    private static String newKey() {
        return "%032x".formatted(KEYS.incrementAndGet() * 0x9e3779b97f4a7c15L);
    }

    private static byte[] contents() {
        var bytes = new byte[SIZE];
        new Random(SIZE).nextBytes(bytes);
        return bytes;
    }

    private static boolean isRefused(Throwable problem, ErrorCode code) {
        return problem instanceof Refused refused && refused.code() == code;
    }

    private static byte[] joined(Flux<DataBuffer> pieces) {
        return joining(pieces).blockOptional().orElseThrow();
    }

    private static Mono<byte[]> joining(Flux<DataBuffer> pieces) {
        return pieces.collect(ByteArrayOutputStream::new, (all, piece) -> {
                    var bytes = new byte[piece.readableByteCount()];
                    piece.read(bytes);
                    DataBufferUtils.release(piece);
                    all.writeBytes(bytes);
                })
                .map(ByteArrayOutputStream::toByteArray);
    }
}
