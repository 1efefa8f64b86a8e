-- Up Migration
-- Answers of finished commands, kept for 24 h: a repeat with the same key gives the first answer.
create table idempotency (
  caller text not null,
  key text not null,
  method text not null,
  request_hash bytea not null,
  response bytea,
  created_at timestamptz not null default now(),
  primary key (caller, key)
);
create index idempotency_created_at on idempotency (created_at);
