package koine.media;

import io.r2dbc.spi.Parameters;
import io.r2dbc.spi.R2dbcType;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import koine.kernel.AccountId;
import koine.kernel.MediaId;
import koine.log.Attachment;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// The table of files.
@Repository
class MediaRecordStore {

    private static final String INSERT = """
            insert into media (owner_id, key, file_name, content_type, size, thumbnail_type, thumbnail_size)
            values ($1, $2, $3, $4, $5, $6, $7)
            returning *
            """;

    // media_pkey
    private static final String STORED = """
            update media
            set stored = true
            where id = $1
            """;

    // media_pkey, message_media_id, member_pkey
    private static final String FIND = """
            select *
            from media
            where id = $1 and stored and (
                owner_id = $2
                or exists (
                    select
                    from message
                    join member on member.chat_id = message.chat_id and member.account_id = $2
                    where message.media_id = $1
                )
            )
            """;

    // media_pkey
    private static final String FIND_OWN = """
            select *
            from media
            where id = $1 and owner_id = $2 and stored
            """;

    // media_released_at, message_media_id
    private static final String KEEP_USED = """
            update media
            set released_at = null
            where released_at < $1 and exists (select from message where message.media_id = media.id)
            """;

    // media_released_at, message_media_id, media_pkey
    private static final String CLAIM = """
            update media
            set stored = false
            where id = any(array(
                select id
                from media
                where released_at < $1 and not exists (select from message where message.media_id = media.id)
                order by released_at
                limit $2
            ))
            returning *
            """;

    // media_pkey
    private static final String FORGET = """
            delete from media
            where id = any($1)
            """;

    private final DatabaseClient database;

    MediaRecordStore(DatabaseClient database) {
        this.database = database;
    }

    /// @param key           under which it is, or will be, in the store
    /// @param thumbnailType null for one without a thumbnail
    record NewMedia(
            AccountId owner,
            String key,
            String fileName,
            String contentType,
            long size,
            @Nullable String thumbnailType,
            long thumbnailSize) {}

    record MediaRecord(
            Attachment attachment, String key, @Nullable String thumbnailType, long thumbnailSize, Instant createdAt) {}

    /// Notes a file that is not in the store yet; nobody finds it.
    Mono<MediaRecord> insert(NewMedia media) {
        return database.sql(INSERT)
                .bind("$1", media.owner().value())
                .bind("$2", media.key())
                .bind("$3", media.fileName())
                .bind("$4", media.contentType())
                .bind("$5", media.size())
                .bind("$6", Parameters.in(R2dbcType.VARCHAR, media.thumbnailType()))
                .bind("$7", media.thumbnailSize())
                .map(MediaRecordStore::media)
                .one();
    }

    /// It is in the store now.
    Mono<Void> stored(MediaId id) {
        return database.sql(STORED).bind("$1", id.value()).then();
    }

    /// Empty unless it is the reader's own, or in a message that the reader may read.
    Mono<MediaRecord> find(AccountId reader, MediaId id) {
        return find(FIND, reader, id);
    }

    Mono<MediaRecord> findOwn(AccountId owner, MediaId id) {
        return find(FIND_OWN, owner, id);
    }

    /// Those that are in a message after all need not be looked at again.
    Mono<Void> keepUsed(Instant before) {
        return database.sql(KEEP_USED)
                .bind("$1", before.atOffset(ZoneOffset.UTC))
                .then();
    }

    /// Takes files that nothing has used since before the time: from then on nobody finds them.
    Flux<MediaRecord> claimUnused(Instant before, int limit) {
        return database.sql(CLAIM)
                .bind("$1", before.atOffset(ZoneOffset.UTC))
                .bind("$2", limit)
                .map(MediaRecordStore::media)
                .all();
    }

    Mono<Void> forget(List<MediaId> ids) {
        return database.sql(FORGET)
                .bind("$1", ids.stream().map(MediaId::value).toArray(Long[]::new))
                .then();
    }

    private Mono<MediaRecord> find(String query, AccountId account, MediaId id) {
        return database.sql(query)
                .bind("$1", id.value())
                .bind("$2", account.value())
                .map(MediaRecordStore::media)
                .one();
    }

    private static MediaRecord media(Readable row) {
        var thumbnailType = row.get("thumbnail_type", String.class);
        var attachment = new Attachment(
                new MediaId(present(row, "id", Long.class)),
                present(row, "file_name", String.class),
                present(row, "content_type", String.class),
                present(row, "size", Long.class),
                thumbnailType != null);
        return new MediaRecord(
                attachment,
                present(row, "key", String.class),
                thumbnailType,
                present(row, "thumbnail_size", Long.class),
                present(row, "created_at", OffsetDateTime.class).toInstant());
    }

    private static <T> T present(Readable row, String column, Class<T> type) {
        return Objects.requireNonNull(row.get(column, type), column);
    }
}
