-- Up Migration
-- Texts that lead to a record: a data subject's file and erasure look for them.
create index message_links on message using gin (linked_ids(text)) where text ~ '[0-9a-f]{8}-[0-9a-f]{4}-';
create index saved_filter_links on saved_filter using gin (linked_ids(display_name || ' ' || filter)) where display_name || ' ' || filter ~ '[0-9a-f]{8}-[0-9a-f]{4}-';
