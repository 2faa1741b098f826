-- The clock of the log. Its one row is locked by whoever writes, from taking positions until commit, so that positions
-- become visible in their own order and a rolled-back transaction leaves no hole.
create table log_clock (
    one      boolean primary key default true check (one),
    position bigint  not null,
    -- events up to here may have been removed for their age: who has not seen them can't catch up from the log
    trimmed  bigint  not null default 0
) with (fillfactor = 50);

insert into log_clock (position) values (0);

-- The servers on this database. They tell one another what happened; a server that is alone spares itself that.
create table server (
    id      text        primary key,
    seen_at timestamptz not null
);

create table account (
    id              bigint generated always as identity primary key,
    username        text        not null,
    username_key    text        not null,
    email           text,
    email_key       text,
    email_confirmed boolean     not null default false,
    password_hash   text        not null,
    bio             text,
    created_at      timestamptz not null default now(),
    updated_at      timestamptz not null default now(),
    -- for sign-up and sign-in by name or by e-mail, without regard to case (the *_key columns are case-folded)
    constraint account_username_key unique (username_key),
    constraint account_email_key unique (email_key)
);

-- A signed-in device.
create table session (
    id         bigint generated always as identity primary key,
    account_id bigint      not null references account on delete cascade,
    device     text,
    created_at timestamptz not null default now()
);

-- for the list of an account's devices, and for the cascade from account
create index session_account_id on session (account_id);

-- One-use passes for sockets that can't send headers; only the hash is kept.
create table socket_ticket (
    hash       bytea       primary key,
    account_id bigint      not null,
    session_id bigint      not null references session on delete cascade,
    expires_at timestamptz not null
);

-- for ending a session, and for clearing away those that nobody used in time
create index socket_ticket_session_id on socket_ticket (session_id);
create index socket_ticket_expires_at on socket_ticket (expires_at);

create table signing_key (
    kid        text        primary key,
    secret     bytea       not null,
    created_at timestamptz not null
);

create table chat (
    id              bigint generated always as identity primary key,
    type            text        not null check (type in ('private', 'group', 'room')),
    name            text,
    bio             text,
    key             text,
    low_account_id  bigint references account,
    high_account_id bigint references account,
    last_seq        bigint      not null default 0,
    last_message_id bigint,
    -- a private chat between whose two there is a block
    blocked         boolean     not null default false,
    active_at       timestamptz not null default now(),
    created_at      timestamptz not null default now(),
    updated_at      timestamptz not null default now(),
    -- one private chat for each pair of accounts
    constraint chat_pair unique (low_account_id, high_account_id),
    constraint chat_key unique (key),
    check ((type = 'private') = (low_account_id is not null and high_account_id is not null)),
    check ((type = 'private') = (key is null))
) with (fillfactor = 80);

create table member (
    chat_id       bigint not null references chat on delete cascade,
    account_id    bigint not null references account on delete cascade,
    role          text   not null check (role in ('owner', 'admin', 'member')),
    -- the log's position at which this membership began: its holder sees events from here on
    joined_at     bigint not null,
    -- the order in which members came, also of those who came at once
    seniority     bigint generated always as identity,
    delivered_seq bigint not null default 0,
    read_seq      bigint not null default 0,
    primary key (chat_id, account_id)
) with (fillfactor = 80);

-- for the list of an account's chats and for what it may see of the log
create index member_account_id on member (account_id, chat_id);

-- Who was a member, and when: who catches up still gets what happened until then, though the chat be gone meanwhile.
create table former_member (
    chat_id    bigint not null,
    account_id bigint not null references account on delete cascade,
    joined_at  bigint not null,
    -- the position of the leaving itself, the last that its holder sees
    left_at    bigint not null,
    -- for what an account may see of the log: the memberships that ended after its cursor
    primary key (account_id, left_at)
);

-- The messages are a part of the log: the id is the position.
create table message (
    id          bigint      primary key,
    chat_id     bigint      not null,
    author_id   bigint      not null,
    seq         bigint      not null,
    -- null once deleted: then only the tombstone is left
    contents    text,
    -- file or image; null for words only
    kind        text,
    -- the file that comes with it, and what its readers are told of that file, as AttachmentCodec writes it
    media_id    bigint,
    media       text,
    -- the message of the same chat that it answers
    reply_to    bigint,
    key         text,
    -- of the body that was first sent with the key, so that a retry can be told from another message even after an edit
    fingerprint bigint,
    created_at  timestamptz not null,
    updated_at  timestamptz not null,
    edited_at   timestamptz,
    deleted_at  timestamptz,
    check ((contents is null) = (deleted_at is not null))
);

-- for a chat's history, its newest message, and the log as one account may see it
create index message_chat_id on message (chat_id, id);

-- for send-once keys, which never expire
create unique index message_author_key on message (author_id, key) where key is not null;

-- Every other entry of the log, in the same space of positions.
create table event (
    position   bigint      primary key,
    -- where it happened, for all who are there, or else to whom
    chat_id    bigint,
    account_id bigint,
    type       text        not null,
    payload    jsonb       not null,
    created_at timestamptz not null default now(),
    constraint event_audience check (num_nonnulls(chat_id, account_id) = 1)
);

-- for the log as one account may see it: what happened in its chats, and to itself
create index event_chat_id on event (chat_id, position) where chat_id is not null;
create index event_account_id on event (account_id, position) where account_id is not null;

-- for removing what is too old: rows come in the order of their times, so a few bytes for each range of pages do
create index event_created_at on event using brin (created_at);

-- Who is connected, and to which servers; a server that is gone does not count.
create table presence (
    account_id  bigint      primary key references account on delete cascade,
    servers     text[]      not null,
    -- when they last came or went
    last_active timestamptz not null
);
