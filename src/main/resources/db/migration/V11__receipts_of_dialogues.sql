-- When somebody last received and read in a private chat, as their own client put it, for protocols that show that.
create table dialogue_receipt (
    chat_id     bigint not null references chat on delete cascade,
    account_id  bigint not null,
    received_at text   not null,
    read_at     text,
    -- for the one row of a chat's one side
    primary key (chat_id, account_id)
);
