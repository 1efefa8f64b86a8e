-- Up Migration
-- What a row brought beside its record, as a contact person with a counterparty, is taken back by the kind of that one. Empty: the kind of the import.
alter table import_batch add column kind text not null default '';
alter table import_conflict add column kind text not null default '';
