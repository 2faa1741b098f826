-- What Koine's tables have that storing a message needs, under the same names, so that the generator can put people and
-- chats into either.
create table log_clock (position bigint not null) with (fillfactor = 50);
insert into log_clock values (0);

create table account (
    id            bigint generated always as identity primary key,
    username      text not null,
    username_key  text not null,
    password_hash text not null
);

create table session (
    id         bigint generated always as identity primary key,
    account_id bigint not null
);

create table signing_key (
    kid        text        primary key,
    secret     bytea       not null,
    created_at timestamptz not null
);

create table chat (
    id              bigint generated always as identity primary key,
    type            text   not null,
    name            text,
    key             text,
    low_account_id  bigint,
    high_account_id bigint,
    last_seq        bigint not null default 0
) with (fillfactor = 80);

create table member (
    chat_id    bigint not null,
    account_id bigint not null,
    role       text   not null,
    joined_at  bigint not null,
    primary key (chat_id, account_id)
);
create index member_account_id on member (account_id);

create table message (
    id         bigint      primary key,
    chat_id    bigint      not null,
    author_id  bigint      not null,
    seq        bigint      not null,
    contents   text        not null,
    created_at timestamptz not null
);
create index message_chat_id on message (chat_id, id);

-- One batch in one round trip and one commit: the clock first, then who is a member, then ids in the order of commits
-- and a number in each chat. A message of somebody who is no member gets no id.
--
-- How it is planned is settled as in Koine's `write_messages`, and for its reasons: without that it cost three times
-- as much.
create function store(p_authors bigint[], p_chats bigint[], p_contents text[], out ids bigint[], out seqs bigint[])
language plpgsql
volatile
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
as $$
declare
    base bigint;
begin
    update log_clock set position = position + cardinality(p_authors)
    returning position - cardinality(p_authors) into base;

    with sent as (
        select i.*,
            (select c.last_seq from chat c
                where c.id = i.chat_id
                and exists (select from member m where m.chat_id = i.chat_id and m.account_id = i.author_id)) as last_seq
        from unnest(p_authors, p_chats, p_contents) with ordinality as i (author_id, chat_id, contents, n)
        offset 0
    ), placed as materialized (
        select s.*,
            case when s.last_seq is not null then base + s.n end as id,
            s.last_seq + count(*) over (partition by s.chat_id order by s.n) as seq
        from sent s
    ), inserted as (
        insert into message (id, chat_id, author_id, seq, contents, created_at)
        select id, chat_id, author_id, seq, contents, now()
        from placed
        where id is not null
    ), counted as (
        update chat c
        set last_seq = n.seq
        from (select chat_id, max(seq) as seq from placed where id is not null group by chat_id) n
        where c.id = n.chat_id
    )
    select array_agg(id order by n), array_agg(seq order by n)
    into ids, seqs
    from placed;
end
$$;
