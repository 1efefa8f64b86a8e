-- Up Migration
-- Our copy of what requests need of contacts; filled from its events.
create table counterparty (
  id uuid primary key,
  name text not null,
  responsible_id uuid,
  branch_id uuid,
  deleted boolean not null,
  revision bigint not null
);

create table queue (
  id uuid primary key,
  name text not null,
  title text not null,
  user_group text not null,
  answer_minutes int not null,
  call_back_minutes int not null,
  revision bigint not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint queue_name_unique unique (name)
);

-- Numbers without gaps: the row stays locked until the transaction that took one ends, and it is also the lock under
-- which owners are chosen.
create table number_series (
  name text primary key,
  last bigint not null
);
insert into number_series (name, last) values ('request', 0);

create table request (
  id uuid primary key,
  number text not null,
  channel text not null,
  subject text not null,
  text text not null,
  counterparty_id uuid,
  contact_person_id uuid,
  phone text not null,
  call_id uuid,
  state text not null,
  owner_id uuid not null,
  owned_at timestamptz not null,
  branch_id uuid not null,
  queue text not null references queue (name) on update cascade,
  -- {"rule": "queue-group", "group": "sales-managers", "queue": "sales", "openRequests": 2, "skipped": ["responsible"]}
  routing jsonb not null,
  due_at timestamptz not null,
  taken_at timestamptz,
  closed_at timestamptz,
  resolution text not null,
  opportunity_id uuid,
  missed_call boolean not null,
  revision bigint not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint request_number_unique unique (number),
  constraint request_state check (state in ('new', 'in-progress', 'waiting', 'closed')),
  constraint request_channel check (channel in ('call', 'mail', 'visit', 'form', 'letter', 'messenger', 'other')),
  constraint request_closed check ((state = 'closed') = (closed_at is not null))
);
create unique index request_call_unique on request (call_id) where call_id is not null;
create index request_created on request (created_at, id);
create index request_due on request (due_at, id);
create index request_state_due on request (state, due_at, id);
-- My work, the most urgent first.
create index request_owner_due on request (owner_id, state, due_at, id);
create index request_owner_created on request (owner_id, created_at, id);
create index request_branch_created on request (branch_id, created_at, id);
create index request_counterparty on request (counterparty_id, created_at, id);
create index request_queue on request (queue, created_at, id);
-- For the choice of an owner: how much somebody has, and since when nothing new.
create index request_owner_open on request (owner_id) where state <> 'closed';
create index request_owner_owned on request (owner_id, owned_at);
