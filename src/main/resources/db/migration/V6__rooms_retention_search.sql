-- Chats that were deleted and may still have messages, which are removed in the background.
create table deleted_chat (
    chat_id  bigint primary key,
    -- the position of the deletion
    position bigint not null
);

-- Rooms only: the name without its case, compared byte by byte, so that an index serves a search by its beginning; and
-- how many members there are, so that listing rooms counts nobody.
alter table chat
    add column name_key     text collate "C",
    add column member_count integer not null default 0,
    add constraint chat_name_key_of_rooms check ((type = 'room') = (name_key is not null));

-- one room for each name; joining by name; listing rooms by the beginning of their names
create unique index chat_name_key on chat (name_key) where name_key is not null;

-- listing rooms by names that are alike, the most alike first
create index chat_name_alike on chat using gist (name_key gist_trgm_ops) where name_key is not null;

-- Keeps a room's count true, by whatever way somebody comes or goes.
create function count_members() returns trigger
language plpgsql
as $$
begin
    update chat
    set member_count = member_count + case tg_op when 'INSERT' then n.count else -n.count end
    from (select chat_id, count(*) from changed group by chat_id) n
    where chat.id = n.chat_id and chat.type = 'room';
    return null;
end
$$;

create trigger member_came after insert on member
    referencing new table as changed
    for each statement execute function count_members();

create trigger member_went after delete on member
    referencing old table as changed
    for each statement execute function count_members();

alter table chat
    add column retention text not null default 'keep' check (retention in ('keep', 'until_delivered'));

-- What full-text search looks through. It is filled in the background: storing a message does not wait for it.
create table message_text (
    -- for changing and removing what was edited or deleted
    message_id bigint   primary key,
    chat_id    bigint   not null,
    words      tsvector not null
);

-- for searching rare words
create index message_text_words on message_text using gin (words);

-- for searching common words: one's own chats are walked from their newest message on
create index message_text_chat_id on message_text (chat_id, message_id);

-- Up to which position of the log messages are in the index of words.
create table indexed (
    one      boolean primary key default true check (one),
    position bigint  not null
);

insert into indexed (position) values (0);
