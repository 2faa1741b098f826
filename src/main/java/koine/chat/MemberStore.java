package koine.chat;

import java.util.List;
import java.util.Locale;
import koine.kernel.AccountId;
import koine.kernel.ChatId;
import koine.kernel.Role;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// The changes of who is in a chat.
@Repository
class MemberStore {

    private static final String ADD = """
            insert into member (chat_id, account_id, role, joined_at, delivered_seq, read_seq)
            select $1, m.account_id, $2, m.joined_at, $5, $5
            from unnest($3, $4) with ordinality as m (account_id, joined_at, n)
            order by m.n
            """;

    // member_pkey
    private static final String SET_ROLE = """
            update member
            set role = $3
            where chat_id = $1 and account_id = $2
            """;

    // member_pkey
    private static final String END = """
            with ended as (
                delete from member
                where chat_id = $1 and account_id = $2
                returning chat_id, account_id, joined_at
            )
            insert into former_member (chat_id, account_id, joined_at, left_at)
            select chat_id, account_id, joined_at, $3
            from ended
            """;

    // pending_account_id
    private static final String RELEASE = """
            delete from pending
            where account_id = $2 and chat_id = $1
            """;

    // member_account_id
    private static final String GROUPS_OF = """
            select m.chat_id
            from member m
            join chat c on c.id = m.chat_id
            where m.account_id = $1 and c.type <> 'private'
            order by m.chat_id
            """;

    // member_account_id
    private static final String CLOSE_PRIVATE = """
            update chat
            set closed = true
            where type = 'private' and id in (select chat_id from member where account_id = $1)
            """;

    /// The memberships stay, so that the others still have the chats. They are locked first, as by all who release
    /// messages.
    // member_account_id, pending_account_id
    private static final String RELEASE_ALL = """
            with held as (
                select chat_id, account_id
                from member
                where account_id = $1
                for update
            )
            delete from pending
            using held
            where pending.account_id = held.account_id and pending.chat_id = held.chat_id
            """;

    // member_pkey, chat_pkey; the messages, which may be many, are removed by those who see what is noted here
    private static final String DELETE_CHAT = """
            with ended as (
                delete from member
                where chat_id = $1
                returning chat_id, account_id, joined_at
            ), kept as (
                insert into former_member (chat_id, account_id, joined_at, left_at)
                select chat_id, account_id, joined_at, $2
                from ended
            ), noted as (
                insert into deleted_chat (chat_id, position)
                values ($1, $2)
            )
            delete from chat
            where id = $1
            """;

    private final DatabaseClient database;

    MemberStore(DatabaseClient database) {
        this.database = database;
    }

    record Join(AccountId account, long at) {}

    /// Adds plain members, in this order.
    ///
    /// @param seq up to which they have nothing to receive or read
    Mono<Void> add(ChatId chat, List<Join> joins, long seq) {
        return database.sql(ADD)
                .bind("$1", chat.value())
                .bind("$2", name(Role.MEMBER))
                .bind("$3", joins.stream().map(join -> join.account().value()).toArray(Long[]::new))
                .bind("$4", joins.stream().map(Join::at).toArray(Long[]::new))
                .bind("$5", seq)
                .then();
    }

    Mono<Void> setRole(ChatId chat, AccountId account, Role role) {
        return database.sql(SET_ROLE)
                .bind("$1", chat.value())
                .bind("$2", account.value())
                .bind("$3", name(role))
                .then();
    }

    /// Ends a membership, and keeps for its holder what happened until then. What has been waiting for them waits
    /// no longer.
    Mono<Void> end(ChatId chat, AccountId account, long leftAt) {
        return database.sql(END)
                .bind("$1", chat.value())
                .bind("$2", account.value())
                .bind("$3", leftAt)
                .then()
                .then(database.sql(RELEASE)
                        .bind("$1", chat.value())
                        .bind("$2", account.value())
                        .then());
    }

    /// Where an account is a member, private chats aside.
    Flux<ChatId> groupsOf(AccountId account) {
        return database.sql(GROUPS_OF)
                .bind("$1", account.value())
                .map(row -> Rows.chat(row, "chat_id"))
                .all();
    }

    /// Lets nobody write in an account's private chats any more. What has been waiting for it there waits no longer.
    Mono<Void> closePrivate(AccountId account) {
        return database.sql(CLOSE_PRIVATE)
                .bind("$1", account.value())
                .then()
                .then(database.sql(RELEASE_ALL).bind("$1", account.value()).then());
    }

    /// Deletes a chat, and ends all memberships that are left; keeps for their holders what happened until then.
    Mono<Void> deleteChat(ChatId chat, long position) {
        return database.sql(DELETE_CHAT)
                .bind("$1", chat.value())
                .bind("$2", position)
                .then();
    }

    private static String name(Role role) {
        return role.name().toLowerCase(Locale.ROOT);
    }
}
