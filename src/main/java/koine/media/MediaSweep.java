package koine.media;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import koine.log.Background;
import koine.log.Chore;
import koine.log.Log;
import koine.log.Written;
import koine.media.MediaRecordStore.MediaRecord;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// Removes files that have stood in no message for a while, and what uploads have left that were cut off by the
/// end of their server, now and then. Several servers may do so at the same time.
@Component
class MediaSweep implements Background {

    private static final int AT_ONCE = 100;

    private final MediaRecordStore records;
    private final MediaStore store;
    private final Staging staging;
    private final Log theLog;
    private final MediaProperties properties;
    private final Clock clock;
    private final Chore chore;

    MediaSweep(
            MediaRecordStore records,
            MediaStore store,
            Staging staging,
            Log theLog,
            MediaProperties properties,
            Clock clock) {
        this.records = records;
        this.store = store;
        this.staging = staging;
        this.theLog = theLog;
        this.properties = properties;
        this.clock = clock;
        this.chore = new Chore(
                "Removing unused files",
                properties.sweepInterval(),
                properties.sweepInterval(),
                () -> sweep().thenReturn(false));
    }

    /// Removes what is due now; gives how many files that were, their thumbnails not counted.
    Mono<Integer> sweep() {
        return Mono.fromSupplier(() -> clock.instant().minus(properties.unusedAfter()))
                .delayUntil(staging::removeLeftovers)
                .delayUntil(records::keepUsed)
                .flatMap(before -> sweepSome(before)
                        .expand(count -> count < AT_ONCE ? Mono.empty() : sweepSome(before))
                        .reduce(0, Integer::sum));
    }

    @Override
    public List<Chore> chores() {
        return List.of(chore);
    }

    /// A file is forgotten when it is gone: what was interrupted is done again the next time.
    private Mono<Integer> sweepSome(Instant before) {
        return claim(before)
                .delayUntil(unused -> Flux.fromIterable(unused).concatMap(this::remove))
                .delayUntil(unused -> records.forget(
                        unused.stream().map(media -> media.attachment().id()).toList()))
                .map(List::size);
    }

    /// Holds the log's clock, as every send does: so none can take a file into use at the same time.
    private Mono<List<MediaRecord>> claim(Instant before) {
        return theLog.write(
                _ -> records.claimUnused(before, AT_ONCE).collectList().map(Written::nothing));
    }

    private Mono<Void> remove(MediaRecord media) {
        return store.remove(media.key()).then(Mono.defer(() -> store.remove(MediaFiles.keyOfThumbnail(media.key()))));
    }
}
