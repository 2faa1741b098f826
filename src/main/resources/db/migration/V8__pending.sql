-- Who has not received which message: for messages of chats that keep them until they are delivered, and of no others. A
-- row is written with the message for each member but its author, and goes when that member has received it. So the
-- messages that are left in such a chat are those that are in here.
create table pending (
    chat_id    bigint not null,
    message_id bigint not null,
    account_id bigint not null,
    seq        bigint not null,
    -- for who has not received a message, and whether anybody; for a chat's newest message
    primary key (chat_id, message_id, account_id)
);

-- for releasing what a member has received up to a mark, and for what waits for an account
create index pending_account_id on pending (account_id, chat_id, message_id);

-- Removes those of these messages that nobody is left to receive. One that was sent with a key leaves a tombstone, by
-- which a repeated send is known; of the others nothing is left.
--
-- It has to be volatile: of two transactions that release a message's last recipients the second waits for the row of
-- the message, and only a later statement, with a snapshot of its own, sees what the first has released. Rows, of
-- messages as of their files, are locked in the order of their ids, so that no two wait for one another.
create function remove_received(p_messages bigint[]) returns void
language plpgsql
volatile
as $$
begin
    perform from message where id = any(p_messages) order by id for update;

    perform from media
    where id in (select media_id from message where id = any(p_messages) and media_id is not null)
    order by id
    for update;

    with received as (
        select m.id, m.key
        from message m
        where m.id = any(p_messages)
        and not exists (select from pending p where p.chat_id = m.chat_id and p.message_id = m.id)
    ), removed as (
        delete from message
        using received
        where message.id = received.id and received.key is null
    )
    update message
    set contents = null, kind = null, media_id = null, media = null, reply_to = null, fingerprint = null,
        deleted_at = clock_timestamp(), updated_at = clock_timestamp()
    from received
    where message.id = received.id and received.key is not null and message.deleted_at is null;
end
$$;

-- By whatever way somebody is no longer waited for: the message goes with the last of them, in the same transaction.
create function release_messages() returns trigger
language plpgsql
as $$
begin
    if exists (select from gone) then
        perform remove_received(array(select distinct message_id from gone));
    end if;
    return null;
end
$$;

create trigger pending_went after delete on pending
    referencing old table as gone
    for each statement execute function release_messages();
