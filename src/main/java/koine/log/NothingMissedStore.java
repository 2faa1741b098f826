package koine.log;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import koine.kernel.AccountId;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Mono;

/// Who of those that come back has missed nothing.
class NothingMissedStore {

    /// Whoever left a chat since then is taken for one who has missed something, and whoever is in one that was
    /// deleted: what they are to be told, their page says.
    // member_account_id, then message_chat_id and event_chat_id once for each chat; former_member_pkey,
    // event_account_id. Messages and events are bounded by chat and id together, as in LogPageStore; within an `exists`
    // Postgres would then take reading the whole table for cheapest
    private static final String AMONG = """
            with head as (
                select position, trimmed from log_clock
            )
            select asked.account_id, asked.after, head.position, head.trimmed
            from head
            cross join unnest($1, $2) as asked (account_id, after)
            where asked.after >= head.position or not (
                exists (
                    select from member me
                    where me.account_id = asked.account_id
                    and (
                        (
                            select message.id
                            from message
                            where (message.chat_id, message.id) > (me.chat_id, greatest(asked.after, me.joined_at))
                            and (message.chat_id, message.id) <= (me.chat_id, 9223372036854775807)
                            order by message.chat_id, message.id
                            limit 1
                        ) is not null
                        or (
                            select event.position
                            from event
                            where event.chat_id is not null
                            and (event.chat_id, event.position) > (me.chat_id, greatest(asked.after, me.joined_at - 1))
                            and (event.chat_id, event.position) <= (me.chat_id, 9223372036854775807)
                            order by event.chat_id, event.position
                            limit 1
                        ) is not null
                    )
                )
                or exists (
                    select from former_member
                    where former_member.account_id = asked.account_id and former_member.left_at > asked.after
                )
                or exists (
                    select from event
                    where event.account_id = asked.account_id and event.position > asked.after
                )
            )
            """;

    private final DatabaseClient database;
    private final GroupReader<Place, LogPage> pages = new GroupReader<>(GroupReader.OF_CONNECTIONS, this::among);

    NothingMissedStore(DatabaseClient database) {
        this.database = database;
    }

    private record Place(AccountId reader, long after) {

        static Place of(long reader, long after) {
            return new Place(new AccountId(reader), after);
        }
    }

    /// The page of one who has missed nothing since that position, which reaches to the log's head; empty if there
    /// may be something on it.
    Mono<LogPage> page(AccountId reader, long after) {
        return pages.read(new Place(reader, after));
    }

    private Mono<Map<Place, LogPage>> among(Set<Place> asked) {
        var places = List.copyOf(asked);
        return database.sql(AMONG)
                .bind("$1", places.stream().map(place -> place.reader().value()).toArray(Long[]::new))
                .bind("$2", places.stream().map(Place::after).toArray(Long[]::new))
                .map(row -> Map.entry(
                        Place.of(number(row.get("account_id", Long.class)), number(row.get("after", Long.class))),
                        new LogPage(
                                List.of(),
                                number(row.get("position", Long.class)),
                                false,
                                number(row.get("trimmed", Long.class)))))
                .all()
                .collectMap(Map.Entry::getKey, Map.Entry::getValue);
    }

    private static long number(@Nullable Long value) {
        return Objects.requireNonNull(value);
    }
}
