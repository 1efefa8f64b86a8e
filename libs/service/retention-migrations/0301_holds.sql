-- Up Migration
-- Clients that must not be erased, as contacts tells it: rules of retention pass their records over.
create table held_party (
  id uuid primary key,
  counterparty_id uuid not null,
  until_at timestamptz,
  ended boolean not null,
  revision bigint not null
);
create index held_party_counterparty on held_party (counterparty_id) where not ended;
