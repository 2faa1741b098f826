-- `:messages` messages of a hundred thousand people. Account 1 is in 2,000 chats, account 2
-- in 30, all others in a few; chat 1 has 1,000 members. Every sixth position of the log is an event.
set session_replication_role = replica; -- no triggers, no checks of references
set synchronous_commit = off;
set maintenance_work_mem = '256MB';

drop index account_username_trigrams, account_username_prefix, message_chat_id, message_author_key, message_media_id,
    member_account_id, message_text_words, event_chat_id, event_account_id, chat_name_alike;

insert into account (username, username_key, email, email_key, password_hash)
select name, name, name || '@example.org', name || '@example.org', 'none'
from (select substr(md5(n::text), 1, 6) || '-' || n as name from generate_series(1, 100000) n) names;

insert into session (account_id)
select n
from generate_series(1, 100000) n;

insert into chat (type, name, name_key, key, low_account_id, high_account_id, last_seq, last_message_id, retention, active_at)
select kind,
    case when kind <> 'private' then kind || ' ' || md5(n::text) end,
    case when kind = 'room' then 'room ' || md5(n::text) end,
    case when kind <> 'private' then 'key' || n end,
    case when kind = 'private' then n end,
    case when kind = 'private' then n + 1 end,
    20, null,
    case when n > 2030 and n % 50 = 49 then 'until_delivered' else 'keep' end,
    timestamptz '2026-01-01 00:00:00+00' + n * interval '1 second'
from (
    select n, case when n <= 2030 or n % 3 = 0 then 'group' when n % 30 = 1 then 'room' else 'private' end as kind
    from generate_series(1, 50000) n
) kinds;

insert into member (chat_id, account_id, role, joined_at, delivered_seq, read_seq)
select chat_id, account_id, 'member', 0, 15, 10
from (
    select n as chat_id, 1 as account_id from generate_series(1, 2000) n
    union
    select n, 2 from generate_series(2001, 2030) n
    union
    select n, 3 + n * i::bigint * 7919 % 99997 from generate_series(1, 50000) n cross join generate_series(1, 4) i
    union
    select 1, n from generate_series(1, 1000) n
) members;

insert into message (id, chat_id, author_id, seq, contents, media_id, key, fingerprint, created_at, updated_at)
select id, 1 + id * 31 % 50000, 1 + id * 17 % 100000, id / 50000 + 1, 'hello world',
    case when id % 20 = 1 then id / 20 end, case when id % 2 = 0 then 'key' || id end, 1, at, at
from (
    select id, timestamptz '2026-01-01 00:00:00+00' + id * interval '1 millisecond' as at
    from generate_series(1, :messages * 6 / 5) id
    where id % 6 <> 0
) ids;

insert into message_text (message_id, chat_id, words)
select id, chat_id, case when id % 997 = 0 then '''rare'':1' when id % 2 = 0 then '''common'':1' else '''hello'':1' end::tsvector
from message;

insert into event (position, chat_id, account_id, type, payload, created_at)
select p, case when p % 4 < 2 then 1 + p * 31 % 50000 end, case when p % 4 >= 2 then 1 + p * 17 % 100000 end,
    'seeded', '{}', timestamptz '2026-01-01 00:00:00+00' + p * interval '1 millisecond'
from generate_series(6, :messages * 6 / 5, 6) p;

insert into former_member (chat_id, account_id, joined_at, left_at)
select 1 + n * 31 % 50000, 1 + n * 17 % 100000, n, n + 1000
from generate_series(1, 50000) n;

insert into friendship (account_id, other_id, standing)
select n, 1 + (n + i * 7) % 100000, case when i < 0 then 'was_asked' when i = 0 then 'asked' else 'friends' end
from generate_series(1, 100000) n
cross join generate_series(-1, 1) i
where i <> 0 or n % 10 = 0;

insert into block (account_id, other_id)
select n, 1 + (n + 77) % 100000
from generate_series(1, 50000) n;

insert into notification (account_id, id, number, type, from_id)
select 1 + n * 17 % 100000, n * 6, 1, 'friend_requested', 1 + n % 1000
from generate_series(1, 200000) n;

insert into regard (account_id, other_id, liked)
select n, 1 + (n + 7) % 100000, true
from generate_series(1, 100000) n;

insert into media (owner_id, key, file_name, content_type, size, thumbnail_size, stored, released_at)
select 1 + n % 100000, 'key' || n, 'file', 'image/png', 1, 0, true, case when n % 100 = 0 then now() end
from generate_series(1, 50000) n;

insert into listed_chat (chat_id, account_id, active_at)
select m.chat_id, m.account_id, c.active_at
from member m
join chat c on c.id = m.chat_id;

insert into pending (chat_id, message_id, account_id, seq)
select m.chat_id, m.id, member.account_id, m.seq
from chat
join message m on m.chat_id = chat.id
join member on member.chat_id = chat.id
where chat.retention = 'until_delivered';

insert into early_arrival (chat_id, account_id, seq)
select chat_id, account_id, delivered_seq + 2
from member
where account_id % 5 = 1;

insert into presence (account_id, servers, last_active)
select n, '{}', now()
from generate_series(1, 100000) n;

create index account_username_trigrams on account using gin (username_key gin_trgm_ops);
create index account_username_prefix on account (username_key text_pattern_ops);
create index message_chat_id on message (chat_id, id);
create unique index message_author_key on message (author_id, key) where key is not null;
create index message_media_id on message (media_id) where media_id is not null;
create index member_account_id on member (account_id, chat_id);
create index message_text_words on message_text using gin (words);
create index event_chat_id on event (chat_id, position) where chat_id is not null;
create index event_account_id on event (account_id, position) where account_id is not null;
create index chat_name_alike on chat using gist (name_key gist_trgm_ops) where name_key is not null;

update log_clock
set position = :messages * 6 / 5;

update listing
set position = :messages * 6 / 5 - 100;

update indexed
set position = :messages * 6 / 5 - 100;

update chat
set last_message_id = (select max(id) from message where chat_id = chat.id);

set session_replication_role = origin;

analyze;
