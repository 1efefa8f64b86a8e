-- Up Migration
-- How much each has received of the part: {"<employee>": 12}
alter table handover_part add column received jsonb not null default '{}';
