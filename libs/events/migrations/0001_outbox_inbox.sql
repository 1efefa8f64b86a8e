-- Events of committed changes that the bus has not taken yet. jsonb and not json: what a bus could not store
-- (\u0000) fails here, in the transaction that made it.
create table outbox (
  id bigint generated always as identity primary key,
  event_id uuid not null,
  topic text not null,
  key text not null,
  type text not null,
  time timestamptz not null,
  revision bigint not null,
  data jsonb not null,
  headers jsonb not null,
  created_at timestamptz not null default now(),
  parked_error text
);

-- A queue is empty most of the time and all its rows die: vacuum by count, not by share.
alter table outbox set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

-- What each consumer has applied.
create table inbox (
  consumer text not null,
  event_id uuid not null,
  received_at timestamptz not null default now(),
  primary key (consumer, event_id)
);

-- Rows arrive in the order of time, so a few pages of BRIN find the old ones.
create index inbox_received_at on inbox using brin (received_at);

-- json and not jsonb: the row must hold whatever arrived.
create table dead_letter (
  id bigint generated always as identity primary key,
  consumer text not null,
  event_id uuid not null,
  topic text not null,
  key text not null,
  type text not null,
  time text not null,
  revision bigint not null,
  data json not null,
  headers json not null,
  error text not null,
  attempts int not null,
  failed_at timestamptz not null default now(),
  unique (consumer, event_id)
);
