-- One index for what two were for: words of a chat's messages from the newest on, and those of one message, whose chat
-- is always known. Two were a tenth of what it costs to take in a message. Nothing that was released looks for the words
-- of a message without its chat, so the old ones need not stay.
alter table message_text drop constraint message_text_pkey;
drop index message_text_chat_id;
alter table message_text add primary key (chat_id, message_id);
