-- Up Migration
-- Those that a rule of retention may take, the oldest first.
create index request_retained on request (closed_at, id) where closed_at is not null and subject <> '';
