-- Up Migration
-- The log is asked for a name, a call or an address over its whole length. Facts wait in their outboxes while these are made.
create index audit_entry_username on audit_entry (username, at, id) where username <> '';
create index audit_entry_method on audit_entry (method, at, id);
create index audit_entry_address on audit_entry (address, at, id) where address <> '';
