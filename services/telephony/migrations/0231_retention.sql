-- Up Migration
-- Those that a rule of retention may take, the oldest first.
create index call_retained on call (ended_at, id) where ended_at is not null and not erased;
