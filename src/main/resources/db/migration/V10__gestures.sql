-- Whether it was known of both when somebody was told that they are liked.
alter table notification add column mutual boolean not null default false;

-- Up to which notification somebody's sockets were sent them, in protocols whose clients can't ask for what they
-- missed.
alter table notification_mark alter column read_id set default 0;
alter table notification_mark add column delivered_id bigint not null default 0;

-- What somebody has said of somebody else that counts once: that they like them, that they take them for a fake.
-- What was notified of it may have been removed long ago.
create table regard (
    account_id bigint  not null references account,
    other_id   bigint  not null references account,
    liked      boolean not null default false,
    faked      boolean not null default false,
    -- for what one has said of somebody, and of how many
    primary key (account_id, other_id)
);

-- for forgetting what others have said of somebody who goes
create index regard_other_id on regard (other_id);
