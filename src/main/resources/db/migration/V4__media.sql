-- A file that somebody has uploaded. What is in it is kept elsewhere, under the key.
create table media (
    id             bigint generated always as identity primary key,
    owner_id       bigint      not null,
    key            text        not null,
    file_name      text        not null,
    content_type   text        not null,
    size           bigint      not null,
    -- null for one without a thumbnail
    thumbnail_type text,
    thumbnail_size bigint      not null,
    created_at     timestamptz not null default now(),
    -- whether the file is kept: not while it is being taken over, and not any more once it is being removed
    stored         boolean     not null default false,
    -- since when, as far as is known, no message has it; null for one that was in use when it was last looked at
    released_at    timestamptz          default now()
);

-- for removing files that nothing uses
create index media_released_at on media (released_at) where released_at is not null;
