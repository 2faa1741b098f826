-- Who is whose friend, and who has asked whom: a row for each of the two, so that all of one's own stand together.
create table friendship (
    account_id bigint      not null references account,
    other_id   bigint      not null references account,
    standing   text        not null check (standing in ('asked', 'was_asked', 'friends')),
    since      timestamptz not null default now(),
    -- for how two stand with one another, and for one's friends and requests
    primary key (account_id, other_id)
);

-- Who does not want to hear of whom.
create table block (
    account_id bigint      not null references account,
    other_id   bigint      not null references account,
    since      timestamptz not null default now(),
    -- for whom one blocks, and for whether there is a block between two, asked both ways
    primary key (account_id, other_id)
);

-- for who shall not be found by somebody, since they block them
create index block_other_id on block (other_id);

-- What somebody was notified of. The id is the position of its event, which is removed from the log some day.
create table notification (
    account_id bigint      not null references account,
    id         bigint      not null,
    -- counts the notifications of an account, so that what is too many is known without counting
    number     bigint      not null,
    type       text        not null,
    from_id    bigint      not null references account,
    -- no reference: what somebody was told stays when the chat goes
    chat_id    bigint,
    created_at timestamptz not null default now(),
    -- for the list of an account's notifications, and its newest and oldest
    primary key (account_id, id)
);

-- Up to which notification somebody has read.
create table notification_mark (
    account_id bigint primary key references account,
    read_id    bigint not null
) with (fillfactor = 80);
