-- Chats that were deleted and may still have messages, which are removed in the background.
create table deleted_chat (
    chat_id  bigint primary key,
    -- the position of the deletion
    position bigint not null
);
