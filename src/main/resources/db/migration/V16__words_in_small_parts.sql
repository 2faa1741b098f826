-- New words wait in a list of the index before they are sorted into it, by whoever fills the list. With the default of
-- 4 MB that is a quarter of a second every few seconds, in which messages wait for the processor.
alter index message_text_words set (gin_pending_list_limit = 512);
