-- Up Migration
-- The request about the same in which the work goes on.
alter table request add column same_as_id uuid references request (id);
create index request_same_as on request (same_as_id) where same_as_id is not null;
