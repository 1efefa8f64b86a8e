-- Up Migration
-- Texts that lead to a record: a data subject's file and erasure look for them.
create index counterparty_links on counterparty using gin (linked_ids(note)) where note ~ '[0-9a-f]{8}-[0-9a-f]{4}-';
create index interaction_links on interaction using gin (linked_ids(subject || ' ' || text || ' ' || result || ' ' || next_step))
  where subject || ' ' || text || ' ' || result || ' ' || next_step ~ '[0-9a-f]{8}-[0-9a-f]{4}-';
create index timeline_links on timeline using gin (linked_ids(data ->> 'text')) where kind = 'note' and data ->> 'text' ~ '[0-9a-f]{8}-[0-9a-f]{4}-';
