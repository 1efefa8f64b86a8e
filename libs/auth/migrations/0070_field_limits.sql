-- Up Migration
-- What groups take away of fields: [{"section": "counterparties", "field": "taxCode", "limit": "hide", "yields": false}, …]
alter table rights_group add column limits jsonb not null default '[]';
