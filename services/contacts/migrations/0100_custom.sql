-- Up Migration
-- Values of custom fields by name; what is absent is not there.
alter table counterparty add column custom jsonb not null default '{}';
alter table contact_person add column custom jsonb not null default '{}';
