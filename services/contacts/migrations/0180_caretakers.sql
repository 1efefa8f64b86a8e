-- Up Migration
-- Of whom an employee takes care in some matter.
create index counterparty_caretakers on counterparty using gin (caretakers jsonb_path_ops) where caretakers <> '[]' and deleted_at is null;
