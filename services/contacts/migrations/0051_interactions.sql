-- Up Migration
create table interaction (
  id uuid primary key,
  kind text not null,
  state text not null,
  subject text not null,
  place text not null,
  starts_at timestamptz not null,
  ends_at timestamptz,
  text text not null,
  result text not null,
  next_step text not null,
  next_step_on date,
  contact_person_ids uuid[] not null,
  employee_ids uuid[] not null,
  owner_id uuid,
  branch_id uuid,
  remind_before int,
  remind_at timestamptz,
  reminded_at timestamptz,
  revision bigint not null,
  created_at timestamptz not null,
  created_by text not null,
  updated_at timestamptz not null,
  updated_by text not null,
  constraint interaction_state check (state in ('planned', 'held', 'cancelled')),
  constraint interaction_span check (ends_at >= starts_at)
);
create index interaction_owner on interaction (owner_id, state, starts_at, id);
create index interaction_branch on interaction (branch_id, state, starts_at, id);
create index interaction_start on interaction (starts_at, id);
create index interaction_recent on interaction (updated_at, id);
create index interaction_due on interaction (remind_at) where state = 'planned' and reminded_at is null and remind_at is not null;

-- State and start stand here too: the facts of a counterparty are read from one index.
create table interaction_party (
  interaction_id uuid not null references interaction on delete cascade,
  counterparty_id uuid not null references counterparty,
  ordinal int not null,
  state text not null,
  -- A note is no contact with anybody.
  contact boolean not null,
  starts_at timestamptz not null,
  primary key (interaction_id, counterparty_id)
);
create index interaction_party_counterparty on interaction_party (counterparty_id, starts_at desc, interaction_id);
create index interaction_party_contact on interaction_party (counterparty_id, state, starts_at) where contact;

-- Whose call was answered last.
create index related_record_answered on related_record (counterparty_id, updated_at) where section = 'calls' and state = 'answered';

-- Kept when interactions and calls are written, so that lists and filters need no more than these columns.
alter table counterparty add column last_contact_at timestamptz, add column next_contact_at timestamptz;
update counterparty c set last_contact_at = n.at
from (select counterparty_id, max(updated_at) as at from related_record where section = 'calls' and state = 'answered' group by counterparty_id) n
where n.counterparty_id = c.id;

create index counterparty_last_contact on counterparty (last_contact_at, id) where deleted_at is null and last_contact_at is not null;
create index counterparty_next_contact on counterparty (next_contact_at, id) where deleted_at is null and next_contact_at is not null;
-- Since when nothing was heard: of whom was never spoken with, since they were entered.
create index counterparty_quiet on counterparty ((coalesce(last_contact_at, created_at)), id) where deleted_at is null;
create index counterparty_quiet_own on counterparty (responsible_id, (coalesce(last_contact_at, created_at)), id) where deleted_at is null;
