package koine.media;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import koine.kernel.AccountId;
import koine.kernel.ErrorCode;
import koine.kernel.MediaId;
import koine.kernel.Refused;
import koine.limit.Limit;
import koine.limit.Limits;
import koine.log.Attachment;
import koine.media.Examiner.Examined;
import koine.media.MediaRecordStore.MediaRecord;
import koine.media.MediaRecordStore.NewMedia;
import koine.media.Thumbnails.Thumbnail;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.stereotype.Service;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// The files that people have uploaded. Whoever may not read one is told that it does not exist.
@Service
public class MediaFiles {

    private static final int KEY_BYTES = 16;
    private static final String OF_THUMBNAIL = "-thumbnail";

    private final Staging staging;
    private final Receiver receiver;
    private final Examiner examiner;
    private final MediaStore store;
    private final MediaRecordStore records;
    private final SecureRandom random;
    private final Limits limits;

    MediaFiles(
            Staging staging,
            Receiver receiver,
            Examiner examiner,
            MediaStore store,
            MediaRecordStore records,
            SecureRandom random,
            Limits limits) {
        this.staging = staging;
        this.receiver = receiver;
        this.examiner = examiner;
        this.store = store;
        this.records = records;
        this.random = random;
        this.limits = limits;
    }

    /// Stores a file, and completes once it will survive a crash. An image is kept without what it tells about
    /// its owner, and gets a thumbnail. If the caller goes away, or anything fails, nothing is left of it.
    ///
    /// @param body is read as fast as it can be written, and not at all if its length is said to be too large;
    ///             every piece is released
    ///
    /// Errors: `TOO_LARGE`; `INVALID_REQUEST` for nothing at all, for what begins as an image and is none, and
    /// for an image with too many pixels; `TOO_MANY_REQUESTS`; `UNAVAILABLE` if it can't be stored now.
    public Mono<Attachment> upload(UploadMedia order, Flux<DataBuffer> body) {
        if (order.length() > receiver.maxSize()) {
            return Mono.error(receiver.tooLarge());
        }
        return limits.count(Limit.UPLOADS, order.owner())
                .then(Mono.usingWhen(
                        staging.directory(),
                        directory -> upload(order, body, directory.resolve("received")),
                        staging::remove));
    }

    /// A file that one may read: one's own, and those in the messages of one's chats.
    ///
    /// Errors: `MEDIA_DOES_NOT_EXIST`.
    public Mono<MediaFile> find(AccountId reader, MediaId id) {
        return records.find(reader, id).map(this::whole).switchIfEmpty(notThere());
    }

    /// The thumbnail of a file that one may read.
    ///
    /// Errors: `MEDIA_DOES_NOT_EXIST` also for one without a thumbnail.
    public Mono<MediaFile> findThumbnail(AccountId reader, MediaId id) {
        return records.find(reader, id).mapNotNull(this::thumbnail).switchIfEmpty(notThere());
    }

    /// A file that one has uploaded oneself, and so may send; empty if there is none. What becomes of a message
    /// that wants it is then decided together with the message.
    public Mono<Attachment> findOwn(AccountId owner, MediaId id) {
        return records.findOwn(owner, id).map(MediaRecord::attachment);
    }

    private Mono<Attachment> upload(UploadMedia order, Flux<DataBuffer> body, Path file) {
        return receiver.receive(body, file)
                .then(Mono.defer(() -> examiner.examine(file, order)))
                .flatMap(examined -> store(order, examined));
    }

    private Mono<Attachment> store(UploadMedia order, Examined examined) {
        return Mono.fromSupplier(() -> newMedia(order, examined))
                .flatMap(records::insert)
                .delayUntil(media -> keep(media.key(), examined))
                .delayUntil(media -> records.stored(media.attachment().id()))
                .map(MediaRecord::attachment);
    }

    private NewMedia newMedia(UploadMedia order, Examined examined) {
        var thumbnail = examined.thumbnail();
        return new NewMedia(
                order.owner(),
                newKey(),
                FileNames.safe(order.fileName()),
                examined.contentType(),
                examined.size(),
                thumbnail.map(Thumbnail::contentType).orElse(null),
                thumbnail.map(Thumbnail::size).orElse(0L));
    }

    /// Not made of the id: ids that a restored backup gives out a second time must not find older files.
    private String newKey() {
        var bytes = new byte[KEY_BYTES];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    private Mono<Void> keep(String key, Examined examined) {
        return store.keep(key, examined.file())
                .then(Mono.justOrEmpty(examined.thumbnail()))
                .flatMap(thumbnail -> store.keep(keyOfThumbnail(key), thumbnail.file()));
    }

    static String keyOfThumbnail(String key) {
        return key + OF_THUMBNAIL;
    }

    private MediaFile whole(MediaRecord media) {
        var file = media.attachment();
        return new MediaFile(
                file.fileName(),
                file.contentType(),
                file.size(),
                version(media),
                file.isImage(),
                (from, length) -> store.read(media.key(), from, length));
    }

    private @Nullable MediaFile thumbnail(MediaRecord media) {
        var type = media.thumbnailType();
        return type == null
                ? null
                : new MediaFile(
                        type.equals("image/png") ? "thumbnail.png" : "thumbnail.jpg",
                        type,
                        media.thumbnailSize(),
                        version(media) + OF_THUMBNAIL,
                        true,
                        (from, length) -> store.read(keyOfThumbnail(media.key()), from, length));
    }

    private static String version(MediaRecord media) {
        var createdAt = media.createdAt();
        return "%d-%x-%x".formatted(media.attachment().id().value(), createdAt.getEpochSecond(), createdAt.getNano());
    }

    private static <T> Mono<T> notThere() {
        return Mono.error(() -> new Refused(ErrorCode.MEDIA_DOES_NOT_EXIST, "there is no such file"));
    }
}
