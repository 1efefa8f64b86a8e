-- Up Migration
-- When the record came into this base: one of another system is older than that, and that age is no silence towards us. Empty for records
-- from before this column: they came in when they were made. By default, for the release before, which knows nothing of it.
alter table counterparty add column entered_at timestamptz;
alter table counterparty alter column entered_at set default now();
