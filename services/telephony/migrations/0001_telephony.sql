-- Up Migration
create table pbx (
  id uuid primary key,
  name text collate "uk-UA-x-icu" not null,
  kind text not null,
  host text not null,
  port integer not null,
  tls boolean not null,
  username text not null,
  -- Sealed by the key of the installation.
  secret text not null,
  country text not null,
  branch_id uuid not null,
  trunks text[] not null,
  -- [{"extension": "1001", "employeeId": "…"}, …]
  extensions jsonb not null,
  extension_pattern text not null,
  test_context text not null,
  disabled boolean not null,
  revision bigint not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint pbx_kind check (kind in ('asterisk-ami')),
  constraint pbx_name_unique unique (name)
);

-- What the process that holds the link says of it; apart from pbx, so that it does not move its revision.
create table pbx_link (
  pbx_id uuid primary key references pbx on delete cascade,
  state text not null,
  since timestamptz not null,
  last_error text not null,
  server_version text not null,
  clock_offset_ms double precision not null,
  events bigint not null
);

-- Who may be calling: the copy of names and phones from contacts.
create table party (
  id uuid primary key,
  kind text not null,
  name text not null,
  -- A person's organisations; of a counterparty itself: its own id.
  counterparty_ids uuid[] not null,
  branch_id uuid,
  responsible_id uuid,
  deleted boolean not null,
  revision bigint not null,
  constraint party_kind check (kind in ('counterparty', 'person'))
);
create table party_phone (
  party_id uuid not null references party on delete cascade,
  e164 text not null,
  last9 text not null,
  primary key (party_id, e164)
);
create index party_phone_e164 on party_phone (e164);
create index party_phone_last9 on party_phone (last9);

-- The log that calls are derived from: every event once, whoever read it and however often.
create table pbx_event (
  pbx_id uuid not null,
  event_id text not null,
  call_id uuid,
  -- The provider's key of the leg.
  leg text not null,
  at timestamptz not null,
  received_at timestamptz not null default now(),
  body jsonb not null,
  primary key (pbx_id, event_id)
);
create index pbx_event_call on pbx_event (call_id);
create index pbx_event_orphan on pbx_event (pbx_id, leg) where call_id is null;
create index pbx_event_received on pbx_event (received_at);

create table call (
  id uuid primary key,
  pbx_id uuid not null,
  branch_id uuid not null,
  -- Whose call it is for rights: who talks or talked last, before that whose phone rings.
  owner_id uuid,
  direction text not null,
  state text not null,
  disposition text,
  customer_number text not null,
  line text not null,
  queues text[] not null,
  started_at timestamptz not null,
  ended_at timestamptz,
  -- The reduced call: every other figure.
  facts jsonb not null,
  counterparty_id uuid,
  contact_person_id uuid,
  -- [{"counterpartyId": "…", "contactPersonId": "…" | null, "reason": "exact" | "maybe"}, …]
  matches jsonb not null,
  request_id uuid,
  revision bigint not null,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index call_started on call (started_at, id);
create index call_pbx_started on call (pbx_id, started_at, id);
create index call_branch_started on call (branch_id, started_at, id);
create index call_owner on call (owner_id, started_at);
create index call_counterparty on call (counterparty_id, started_at);
create index call_customer_number on call (customer_number, started_at);
create index call_living on call (pbx_id) where state <> 'ended';
