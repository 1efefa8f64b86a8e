-- Up Migration
-- Those that a rule of retention may take, the oldest first.
create index opportunity_retained on opportunity (closed_at, id) where closed_at is not null and title <> '';
