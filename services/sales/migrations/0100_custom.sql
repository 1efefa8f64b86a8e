-- Up Migration
-- Values of custom fields by name; what is absent is not there.
alter table opportunity add column custom jsonb not null default '{}';
