-- Batches whose answer is known are written without asking again: 40 % of what a batch cost is asking.

-- changes counts whatever may change an answer of write_messages other than the messages it writes itself: memberships
-- that end, chats that are blocked or closed, another writer's messages. writer is who wrote last. So what was answered
-- to a writer stands as long as both are as they were.
alter table log_clock add column changes bigint not null default 0;
alter table log_clock add column writer bigint;

-- The clock's row is locked until the change is committed, so no batch is written beside it by what was known before.
-- It is locked before any row is changed, as by all who change who is in a chat: so there is one order of locks, also for
-- somebody at the database's console.
create function change_answers() returns trigger
language plpgsql
as $$
begin
    update log_clock set changes = changes + 1;
    return null;
end
$$;

create trigger member_goes_changes_answers before delete on member
    for each statement execute function change_answers();

create trigger chat_changes_answers before update of closed, blocked, retention on chat
    for each statement execute function change_answers();

drop function write_messages(
    bigint[], bigint[], text[], text[], bigint[], text, text[], bigint[], text[], bigint[]);

-- Stores one batch of messages and answers for each of them, in the order they were given.
--
-- It is one round trip and, called outside a transaction, one commit. It has to be volatile: the clock's row is locked
-- by the first statement, and only later statements, each with a snapshot of its own, look at members, keys and
-- counters; so whatever another server committed while this one waited for the clock is seen.
--
-- Per message, outcome is 0 stored, 1 already stored under this key (id is that message's), 2 the author is no member of
-- the chat, 3 the key was used for another message, 4 there is a block between the two of the chat, 5 nobody writes in
-- the chat any more, 6 the file is not there or not the author's, 7 the message that it answers is not in the chat. The
-- caller keeps a key from standing twice in one batch.
--
-- The last four arrays are null as a whole, which unnest fills up, for a batch of words only that answer nothing: most
-- are, and pay nothing for the others. p_kinds is null for such a message in another batch. p_media is what is kept with
-- the message of the file p_media_ids, and null if the caller has not found that.
--
-- For messages of chats that keep them until they are delivered it notes who has not received them. The others do not
-- pay for that: which chats these are is told by the rows that are counted up anyway.
--
-- How it is planned is settled, since the plan is made once for a connection, often while the tables are small or empty,
-- and kept: one generic plan by nested loops over indexes, which is the good one at every size. Left alone, Postgres
-- planned each batch anew (1.2 of 1.8 ms for a batch of one message) or read small tables whole, once for each message.
-- No look-up is repeated wherever its result is named: `offset 0` keeps a step from being merged into the next one, and
-- hands each row on, where `materialized` would copy them all. What is read more than once is materialized.
--
-- p_writer is who asks: a number that nobody else has. known_at is up to which change the answers stand, for
-- write_known_messages, and null if there is nothing to be concluded from them. passing are the chats of the batch that
-- keep messages until they are delivered, null for none, as in most batches.
--
-- If p_server is not null and there are other servers, they are told of the batch when it commits: of its contents if
-- they fit into a notification, and else up to which position there is something to read.
create function write_messages(
    p_authors bigint[], p_chats bigint[], p_contents text[], p_keys text[], p_fingerprints bigint[], p_server text,
    p_kinds text[] default null, p_media_ids bigint[] default null, p_media text[] default null,
    p_replies bigint[] default null, p_writer bigint default null,
    out outcomes smallint[], out ids bigint[], out seqs bigint[], out at timestamptz,
    out passing bigint[], out known_at bigint
)
language plpgsql
volatile
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
as $$
declare
    base    bigint;
    stored  bigint;
begin
    update log_clock
    set position = position + cardinality(p_authors),
        changes = case when writer = p_writer then changes else changes + 1 end,
        writer = p_writer
    returning position - cardinality(p_authors), changes into base, known_at;

    at := clock_timestamp();

    with sent as (
        select i.n, i.author_id, i.chat_id, i.contents, i.key, i.fingerprint, i.kind, i.media_id, i.media, i.reply_to,
            (select case when c.closed then -1 when c.blocked then -2 else c.last_seq end from chat c
                where c.id = i.chat_id
                and exists (select from member m where m.chat_id = i.chat_id and m.account_id = i.author_id)) as last_seq,
            (select m.id from message m where i.key is not null and m.author_id = i.author_id and m.key = i.key) as earlier,
            i.media_id is null or (
                select f.stored and i.media is not null from media f
                where f.id = i.media_id and f.owner_id = i.author_id) as has_media,
            i.reply_to is null or (
                select a.deleted_at is null from message a
                where a.id = i.reply_to and a.chat_id = i.chat_id) as has_answered
        from unnest(
            p_authors, p_chats, p_contents, p_keys, p_fingerprints, p_kinds, p_media_ids, p_media, p_replies)
            with ordinality as i (
                author_id, chat_id, contents, key, fingerprint, kind, media_id, media, reply_to, n)
        offset 0
    ), judged as (
        select s.*,
            case
                when s.earlier is not null then
                    case when exists (
                        select from message m
                        where m.id = s.earlier and m.chat_id = s.chat_id
                        and (m.deleted_at is not null or m.fingerprint = s.fingerprint)
                    ) then 1 else 3 end
                when s.last_seq is null then 2
                when s.last_seq = -1 then 5
                when s.last_seq = -2 then 4
                when s.has_media is not true then 6
                when s.has_answered is not true then 7
                else 0
            end as outcome
        from sent s
        offset 0
    ), placed as materialized (
        select j.*,
            base + count(*) filter (where j.outcome = 0) over (order by j.n) as id,
            j.last_seq + count(*) filter (where j.outcome = 0) over (partition by j.chat_id order by j.n) as seq
        from judged j
    ), inserted as (
        -- created_at differs by a microsecond from message to message, so that times order like positions
        insert into message (
            id, chat_id, author_id, seq, contents, kind, media_id, media, reply_to, key, fingerprint, created_at, updated_at)
        select p.id, p.chat_id, p.author_id, p.seq, p.contents, p.kind, p.media_id, p.media, p.reply_to, p.key, p.fingerprint,
            at + (p.id - base - 1) * interval '1 microsecond', at + (p.id - base - 1) * interval '1 microsecond'
        from placed p
        where p.outcome = 0
    ), counted as (
        update chat c
        set last_seq = n.last_seq, last_message_id = n.last_id, active_at = at + (n.last_id - base - 1) * interval '1 microsecond'
        from (select p.chat_id, max(p.seq) as last_seq, max(p.id) as last_id from placed p where p.outcome = 0 group by p.chat_id) n
        where c.id = n.chat_id
        returning c.id, c.retention
    ), marked as (
        -- who sends has read: the author's marks move with the message
        update member m
        set read_seq = n.seq, delivered_seq = n.seq
        from (select p.chat_id, p.author_id, max(p.seq) as seq from placed p where p.outcome = 0 group by p.chat_id, p.author_id) n
        where m.chat_id = n.chat_id and m.account_id = n.author_id
    )
    select
        array_agg(p.outcome::smallint order by p.n),
        array_agg(case p.outcome when 0 then p.id when 1 then p.earlier end order by p.n),
        array_agg(case p.outcome when 0 then p.seq end order by p.n),
        count(*) filter (where p.outcome = 0),
        (select array_agg(c.id) from counted c where c.retention = 'until_delivered')
    into outcomes, ids, seqs, stored, passing
    from placed p;

    -- positions that were not used go back, so that the log has no holes
    if stored < cardinality(p_authors) then
        update log_clock set position = base + stored;
    end if;

    -- whom these messages wait for: all who are there but their authors; for nobody, and they are gone at once
    if passing is not null then
        insert into pending (chat_id, message_id, account_id, seq)
        select i.chat_id, i.id, m.account_id, i.seq
        from unnest(ids, outcomes, p_chats, p_authors, seqs) as i (id, outcome, chat_id, author_id, seq)
        join member m on m.chat_id = i.chat_id and m.account_id <> i.author_id
        where i.outcome = 0 and i.chat_id = any(passing);

        perform remove_received(alone.ids)
        from (
            select array_agg(i.id) as ids
            from unnest(ids, outcomes, p_chats) as i (id, outcome, chat_id)
            where i.outcome = 0 and i.chat_id = any(passing)
            and not exists (select from pending p where p.chat_id = i.chat_id and p.message_id = i.id)
        ) alone
        where alone.ids is not null;
    end if;

    if p_writer is null then
        known_at := null;
    end if;

    if other_servers(p_server) then
        known_at := null;
        perform pg_notify('koine_log', write_messages_hint(
            p_server, base + stored, at, ids, outcomes, p_chats, p_authors, seqs, p_contents,
            p_kinds, p_media, p_replies, p_keys))
        where stored > 0;
    end if;
end
$$;

-- Stores one batch of messages of words only that answer nothing, whose authors may write in their chats and whose
-- numbers there are known: from what write_messages answered to this writer up to p_known_at, and from what was stored
-- since. p_last_of_chat and p_last_of_author say of which message there is none after it in the batch of the same chat,
-- and of the same author in the same chat. base is the position before the first message, and null if nothing was
-- stored, since something has changed or there are other servers, who would have to be told: write_messages is for that.
--
-- A key that is there already is an error (23505), and nothing is stored.
--
-- What is said of write_messages about locks, snapshots and plans holds here as well.
create function write_known_messages(
    p_authors bigint[], p_chats bigint[], p_seqs bigint[], p_contents text[], p_keys text[], p_fingerprints bigint[],
    p_last_of_chat boolean[], p_last_of_author boolean[], p_server text, p_writer bigint, p_known_at bigint,
    out base bigint, out at timestamptz
)
language plpgsql
volatile
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
as $$
begin
    update log_clock set position = position + cardinality(p_authors)
    where changes = p_known_at and writer = p_writer and not other_servers(p_server)
    returning position - cardinality(p_authors) into base;

    if base is null then
        return;
    end if;

    at := clock_timestamp();

    with inserted as (
        -- created_at differs by a microsecond from message to message, so that times order like positions
        insert into message (id, chat_id, author_id, seq, contents, key, fingerprint, created_at, updated_at)
        select base + i.n, i.chat_id, i.author_id, i.seq, i.contents, i.key, i.fingerprint,
            at + (i.n - 1) * interval '1 microsecond', at + (i.n - 1) * interval '1 microsecond'
        from unnest(p_authors, p_chats, p_seqs, p_contents, p_keys, p_fingerprints) with ordinality as i (
            author_id, chat_id, seq, contents, key, fingerprint, n)
    ), counted as (
        update chat c
        set last_seq = i.seq, last_message_id = base + i.n, active_at = at + (i.n - 1) * interval '1 microsecond'
        from unnest(p_chats, p_seqs, p_last_of_chat) with ordinality as i (chat_id, seq, last, n)
        where i.last and c.id = i.chat_id
    )
    -- who sends has read: the author's marks move with the message
    update member m
    set read_seq = i.seq, delivered_seq = i.seq
    from unnest(p_authors, p_chats, p_seqs, p_last_of_author) as i (author_id, chat_id, seq, last)
    where i.last and m.chat_id = i.chat_id and m.account_id = i.author_id;
end
$$;
