-- Where messages are kept: which ones somebody has received before their turn, while earlier ones are missing. They are
-- numbers past the member's delivered mark, and go when the mark passes them, or with the membership. Most chats never
-- have any. A row is written and removed only by whoever holds the member's row.
create table early_arrival (
    chat_id    bigint not null,
    account_id bigint not null,
    seq        bigint not null,
    -- for whether a member has one, and for those past or before its mark
    primary key (chat_id, account_id, seq),
    foreign key (chat_id, account_id) references member on delete cascade
);
