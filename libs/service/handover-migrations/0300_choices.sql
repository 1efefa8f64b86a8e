-- Up Migration
-- Single records that go to somebody else, or stay: [{"recordIds": ["…"], "receiverId": "…" | null}]
alter table handover_part add column choices jsonb not null default '[]';
