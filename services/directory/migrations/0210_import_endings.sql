-- Up Migration
-- Of an import that ended: how, as the contract writes it.
alter table notification add column import_ending jsonb;
