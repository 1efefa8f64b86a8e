-- Up Migration
-- Texts that lead to a record: a data subject's file and erasure look for them.
create index request_links on request using gin (linked_ids(subject || ' ' || text || ' ' || resolution)) where subject || ' ' || text || ' ' || resolution ~ '[0-9a-f]{8}-[0-9a-f]{4}-';
