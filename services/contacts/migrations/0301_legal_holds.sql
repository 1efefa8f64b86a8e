-- Up Migration
create table legal_hold (
  id uuid primary key,
  counterparty_id uuid,
  contact_person_id uuid,
  reason text not null,
  until_at timestamptz,
  actor text not null,
  branch_id uuid,
  owner_id uuid,
  created_at timestamptz not null,
  ended_at timestamptz,
  ended_by text not null default '',
  revision bigint not null,
  constraint legal_hold_of_one check (num_nonnulls(counterparty_id, contact_person_id) = 1)
);
create index legal_hold_counterparty on legal_hold (counterparty_id) where ended_at is null;
create index legal_hold_contact_person on legal_hold (contact_person_id) where ended_at is null;
create index legal_hold_created on legal_hold (created_at, id);
