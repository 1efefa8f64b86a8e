-- Up Migration

-- Whose the record is by now: who handed it over is not told its title any more. Null, of the release before: the reader's.
alter table notification add column owner_id uuid;
create index notification_record on notification (record_id) where record_id is not null;
