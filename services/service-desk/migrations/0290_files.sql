-- Up Migration
-- Files that stand in custom fields.
select watch_files('request');
