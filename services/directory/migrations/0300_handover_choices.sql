-- Up Migration
-- Single records that go to somebody else, or stay, and kinds that stay whole.
alter table handover_state add column choices jsonb not null default '[]', add column kept boolean not null default false;
