-- Up Migration
-- When a request came that was entered later; null: when it was saved.
alter table request add column received_at timestamptz;
create index request_received on request ((coalesce(received_at, created_at)), id);
