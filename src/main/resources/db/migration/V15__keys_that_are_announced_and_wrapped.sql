-- A key is there for a while before it signs, so that every server has read it by then. `replaced` asks for another
-- one in its place. A wrapped secret is encrypted by the service's master key: nonce, ciphertext and tag of AES-256-GCM,
-- with the kid as associated data.
alter table signing_key
    add column signs_from timestamptz not null default now(),
    add column wrapped    boolean     not null default false,
    add column replaced   boolean     not null default false;

update signing_key
set signs_from = created_at;

-- For whoever runs the service. A new key is made within seconds and signs a minute later; the old ones go on
-- verifying what they have signed.
create function rotate_signing_keys() returns void
    language sql
as
$$
update signing_key
set replaced = true
$$;

-- The same when a key may be in wrong hands: within seconds nothing is good any more that was signed until now.
create function revoke_signing_keys() returns void
    language sql
as
$$
delete
from signing_key
$$;
