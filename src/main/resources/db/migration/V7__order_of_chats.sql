-- The chats of each account, in the order in which it lists them. A message writes nothing here: the times are brought
-- up to those of the chats in the background, and the rows of a chat have its time unless it had a message after the
-- position that is noted in listing, or stands in busy_chat.
create table listed_chat (
    chat_id    bigint      not null,
    account_id bigint      not null,
    active_at  timestamptz not null,
    -- for bringing up the times of a chat, and for who leaves it
    primary key (chat_id, account_id)
);

-- Up to which position of the log the messages have moved their chats in listed_chat.
create table listing (
    one      boolean primary key default true check (one),
    position bigint  not null
) with (fillfactor = 50);

-- before the times are read below, so that no message is missed
insert into listing (position)
select position
from log_clock;

-- Chats with many members that had a message before that position: their rows in listed_chat wait until they are due,
-- so that a lively chat does not write each of them every second. They are few, and all of them are read.
create table busy_chat (
    chat_id bigint      primary key,
    due_at  timestamptz not null
);

-- By whatever way somebody comes to a chat.
create function list_chats() returns trigger
language plpgsql
as $$
begin
    insert into listed_chat (chat_id, account_id, active_at)
    select changed.chat_id, changed.account_id, (select active_at from chat where chat.id = changed.chat_id)
    from changed;
    return null;
end
$$;

create trigger member_listed after insert on member
    referencing new table as changed
    for each statement execute function list_chats();

-- By whatever way somebody goes; row by row, so that each is found by the primary key.
create function unlist_chat() returns trigger
language plpgsql
as $$
begin
    delete from listed_chat where chat_id = old.chat_id and account_id = old.account_id;
    return null;
end
$$;

create trigger member_unlisted after delete on member
    for each row execute function unlist_chat();

insert into listed_chat (chat_id, account_id, active_at)
select m.chat_id, m.account_id, c.active_at
from member m
join chat c on c.id = m.chat_id;

-- for the list of an account's chats
create index listed_chat_order on listed_chat (account_id, active_at desc, chat_id);

-- A message that moved its chat and is removed before it was taken into account, as chats do that keep messages until they
-- are delivered: the chat is not forgotten.
create function keep_moved_chats() returns trigger
language plpgsql
as $$
begin
    insert into busy_chat (chat_id, due_at)
    select distinct chat_id, now() + interval '10 seconds'
    from removed
    where id > (select position from listing)
    order by chat_id
    on conflict do nothing;
    return null;
end
$$;

create trigger message_removed after delete on message
    referencing old table as removed
    for each statement execute function keep_moved_chats();
