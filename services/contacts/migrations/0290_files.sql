-- Up Migration
-- Files that stand in custom fields.
select watch_files('counterparty');
select watch_files('contact_person');
