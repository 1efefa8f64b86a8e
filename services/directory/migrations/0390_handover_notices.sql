-- Up Migration
-- How much each has received: {"<employee>": 12}; of the whole, with its kinds, what they were told of: {"<employee>": {"requests": 12}}.
alter table handover_state add column received jsonb not null default '{}';
alter table handover add column told jsonb not null default '{}';
-- Of a hand-over: [{"kind": "requests", "count": 12}]
alter table notification add column gains jsonb;
