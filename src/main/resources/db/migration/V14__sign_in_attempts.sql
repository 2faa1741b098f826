-- Signing in with a wrong password, again and again: what of it has to be known to all servers, and after a restart.
-- Who tried from where is a hash: what was typed as a name may be a password.
create table sign_in_attempt (
    who        bytea       primary key,
    failures   integer     not null,
    not_before timestamptz not null,
    last_at    timestamptz not null
);

-- for removing what is old
create index sign_in_attempt_last_at on sign_in_attempt (last_at);
