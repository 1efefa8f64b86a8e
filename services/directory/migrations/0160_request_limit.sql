-- Up Migration
-- Requests of the API that a member may make in a minute; 0: the group sets none.
alter table user_group add column requests_per_minute int not null default 0 constraint user_group_requests check (requests_per_minute >= 0);
