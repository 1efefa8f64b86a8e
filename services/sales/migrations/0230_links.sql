-- Up Migration
-- Texts that lead to a record: a data subject's file and erasure look for them.
create index opportunity_links on opportunity using gin (linked_ids(title || ' ' || next_step || ' ' || note || ' ' || lost_reason))
  where title || ' ' || next_step || ' ' || note || ' ' || lost_reason ~ '[0-9a-f]{8}-[0-9a-f]{4}-';
