-- What a session is renewed by, and when it was last used. It ends by being deleted, and its tickets go with it.
--
-- There is no index on last_seen_at, though sessions that nobody uses are looked for now and then: a look through all of
-- them costs less than an index that every use would have to keep up, and so a use touches no index at all.
alter table session
    add column address      text,
    -- of the part that all refresh tokens of the session have in common; null for a session that can't be renewed
    add column family_hash  bytea,
    -- of the part by which the newest of them differs from those that are spent
    add column secret_hash  bytea,
    add column last_seen_at timestamptz not null default now(),
    set (fillfactor = 80);

alter table account
    add column phone text,
    -- nobody has another one's number
    add constraint account_phone unique (phone);

-- for finding users by what is like their name, and by its beginning whatever the database's collation. They cost
-- something only when an account is made or erased.
create extension if not exists pg_trgm;
create index account_username_trigrams on account using gin (username_key gin_trgm_ops);
create index account_username_prefix on account (username_key text_pattern_ops);

-- When the account was erased: then its name is that of a tombstone, and nothing else of it is left. The row stays, so
-- that others know whose messages they have.
alter table account add column erased_at timestamptz;

-- A private chat that one side has left for good: it can be read, and nobody writes in it any more.
alter table chat add column closed boolean not null default false;

-- Accounts whose former name may still stand in events, and the name that has to take its place.
create table erased_name (
    account_id bigint primary key,
    username   text   not null
);
