package koine.chat;

import io.r2dbc.spi.Parameters;
import io.r2dbc.spi.R2dbcType;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import koine.kernel.AccountId;
import koine.kernel.ChatId;
import koine.kernel.ChatType;
import koine.kernel.Retention;
import koine.log.Participant;
import koine.log.Person;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// The table of chats, but for how they are shown, and who is in a chat from its start.
@Repository
class ChatStore {

    private static final String INSERT = """
            insert into chat (type, name, name_key, bio, key, low_account_id, high_account_id, retention)
            values ($1, $2, $7, $3, $4, $5, $6, $8)
            returning id, created_at
            """;

    private static final String INSERT_MEMBERS = """
            insert into member (chat_id, account_id, role, joined_at)
            select $1, m.account_id, m.role, $4
            from unnest($2, $3) with ordinality as m (account_id, role, n)
            order by m.n
            """;

    // chat_pkey
    private static final String UPDATE = """
            update chat
            set name = $2, name_key = $4, bio = $3, updated_at = clock_timestamp()
            where id = $1
            """;

    // chat_pair
    private static final String FIND_PRIVATE = """
            select id
            from chat
            where low_account_id = $1 and high_account_id = $2
            """;

    // chat_pkey
    private static final String IS_BLOCKED = """
            select blocked
            from chat
            where id = $1
            """;

    // chat_pkey, account_pkey, once for each chat
    private static final String PARTNERS = """
            select c.id as chat_id, a.id as account_id, a.username
            from unnest($2) as wanted (id)
            join chat c on c.id = wanted.id and $1 in (c.low_account_id, c.high_account_id)
            join account a on a.id = case c.low_account_id when $1 then c.high_account_id else c.low_account_id end
            """;

    // chat_pair
    private static final String SET_BLOCKED = """
            update chat
            set blocked = $3
            where low_account_id = $1 and high_account_id = $2
            """;

    // chat_pkey
    private static final String NAME = """
            select id, type, name, key
            from chat
            where id = $1
            """;

    // chat_key
    private static final String NAME_OF_KEY = """
            select id, type, name, key
            from chat
            where key = $1
            """;

    // chat_pkey; message_chat_id, backwards, past what was deleted, which is little where messages are kept
    private static final String SET_LAST_MESSAGE = """
            update chat
            set last_message_id = (
                select id
                from message
                where (chat_id, id) <= ($1, 9223372036854775807) and (chat_id, id) >= ($1, 0) and deleted_at is null
                order by chat_id desc, id desc
                limit 1
            )
            where id = $1 and last_message_id = $2 and retention = 'keep'
            """;

    private final DatabaseClient database;

    ChatStore(DatabaseClient database) {
        this.database = database;
    }

    /// The other one in a private chat.
    record Partner(ChatId chat, Person person) {}

    record NewChat(
            ChatType type,
            @Nullable String name,
            @Nullable String bio,
            @Nullable String key,
            @Nullable Pair pair,
            Retention retention) {

        static NewChat ofTwo(Pair pair) {
            return new NewChat(ChatType.PRIVATE, null, null, null, pair, Retention.KEEP);
        }

        static NewChat of(ChatType type, String name, @Nullable String bio, String key) {
            return new NewChat(type, name, bio, key, null, Retention.KEEP);
        }

        NewChat with(Retention other) {
            return new NewChat(type, name, bio, key, pair, other);
        }

        /// Under which no other room may be; null for what is no room.
        @Nullable
        String nameKey() {
            return RoomName.keyOf(type, name);
        }
    }

    /// The two accounts of a private chat, in the one order in which a pair is kept.
    record Pair(long low, long high) {

        static Pair of(AccountId one, AccountId other) {
            return new Pair(Math.min(one.value(), other.value()), Math.max(one.value(), other.value()));
        }
    }

    record Made(ChatId id, Instant createdAt) {}

    Mono<Made> insert(NewChat chat) {
        var pair = chat.pair();
        return database.sql(INSERT)
                .bind("$1", name(chat.type()))
                .bind("$2", Parameters.in(R2dbcType.VARCHAR, chat.name()))
                .bind("$3", Parameters.in(R2dbcType.VARCHAR, chat.bio()))
                .bind("$4", Parameters.in(R2dbcType.VARCHAR, chat.key()))
                .bind("$5", Parameters.in(R2dbcType.BIGINT, pair == null ? null : pair.low()))
                .bind("$6", Parameters.in(R2dbcType.BIGINT, pair == null ? null : pair.high()))
                .bind("$7", Parameters.in(R2dbcType.VARCHAR, chat.nameKey()))
                .bind("$8", name(chat.retention()))
                .map(row -> new Made(Rows.chat(row, "id"), Rows.time(row, "created_at")))
                .one();
    }

    Mono<Void> update(Chat chat, @Nullable String name, @Nullable String bio) {
        return database.sql(UPDATE)
                .bind("$1", chat.id().value())
                .bind("$4", Parameters.in(R2dbcType.VARCHAR, RoomName.keyOf(chat.type(), name)))
                .bind("$2", Parameters.in(R2dbcType.VARCHAR, name))
                .bind("$3", Parameters.in(R2dbcType.VARCHAR, bio))
                .then();
    }

    Mono<Void> insertMembers(ChatId chat, List<Participant> participants, long joinedAt) {
        return database.sql(INSERT_MEMBERS)
                .bind("$1", chat.value())
                .bind("$2", participants.stream().map(p -> p.id().value()).toArray(Long[]::new))
                .bind("$3", participants.stream().map(p -> name(p.role())).toArray(String[]::new))
                .bind("$4", joinedAt)
                .then();
    }

    Mono<ChatId> findPrivate(Pair pair) {
        return database.sql(FIND_PRIVATE)
                .bind("$1", pair.low())
                .bind("$2", pair.high())
                .map(row -> Rows.chat(row, "id"))
                .one();
    }

    /// Whether nothing may be said in it, because one of its two blocks the other; empty if it is not there.
    Mono<Boolean> isBlocked(ChatId chat) {
        return database.sql(IS_BLOCKED)
                .bind("$1", chat.value())
                .map(row -> Boolean.TRUE.equals(row.get("blocked", Boolean.class)))
                .one();
    }

    /// Empty if it is not there.
    Mono<ChatName> name(ChatId chat) {
        return database.sql(NAME)
                .bind("$1", chat.value())
                .map(ChatStore::chatName)
                .one();
    }

    /// Empty if there is none with that key.
    Mono<ChatName> name(String key) {
        return database.sql(NAME_OF_KEY)
                .bind("$1", key)
                .map(ChatStore::chatName)
                .one();
    }

    private static ChatName chatName(Readable row) {
        return new ChatName(
                Rows.chat(row, "id"), Rows.type(row), row.get("name", String.class), row.get("key", String.class));
    }

    /// The other ones in those of the chats that are private ones of the account.
    Flux<Partner> partners(AccountId account, List<ChatId> chats) {
        return database.sql(PARTNERS)
                .bind("$1", account.value())
                .bind("$2", chats.stream().map(ChatId::value).toArray(Long[]::new))
                .map(row -> new Partner(
                        Rows.chat(row, "chat_id"),
                        new Person(new AccountId(Rows.number(row, "account_id")), Rows.text(row, "username"))))
                .all();
    }

    /// Does nothing for two who have no private chat.
    Mono<Void> setBlocked(Pair pair, boolean blocked) {
        return database.sql(SET_BLOCKED)
                .bind("$1", pair.low())
                .bind("$2", pair.high())
                .bind("$3", blocked)
                .then();
    }

    /// If that message was the chat's newest, makes the newest of those that are left it.
    Mono<Void> forgetLastMessage(ChatId chat, long messageId) {
        return database.sql(SET_LAST_MESSAGE)
                .bind("$1", chat.value())
                .bind("$2", messageId)
                .then();
    }

    private static String name(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
