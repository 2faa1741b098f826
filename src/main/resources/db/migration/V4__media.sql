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

-- for who may read a file, and whether anything uses it; messages without one are not in it
create index message_media_id on message (media_id) where media_id is not null;

-- However a message goes, or loses its file: whether that is still used has to be looked at again.
create function release_media() returns trigger
language plpgsql
as $$
begin
    update media set released_at = now() where id = old.media_id;
    return null;
end
$$;

create trigger message_loses_media after update of media_id on message
for each row when (old.media_id is distinct from new.media_id and old.media_id is not null)
execute function release_media();

create trigger message_goes_with_media after delete on message
for each row when (old.media_id is not null)
execute function release_media();
