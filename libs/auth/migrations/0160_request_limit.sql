-- Up Migration
alter table rights_group add column requests_per_minute int not null default 0;
