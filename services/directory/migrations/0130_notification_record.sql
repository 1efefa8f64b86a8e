-- Up Migration
-- An erasure looks for what was told of the records of a person.
create index notification_record on notification (record_id) where record_id is not null;
