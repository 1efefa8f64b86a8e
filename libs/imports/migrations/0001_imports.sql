-- Up Migration
create table import (
  id uuid primary key,
  kind text not null,
  -- Claims of who started it: {"subject", "username", "groups"}. The rights are looked up anew for every batch.
  subject text not null,
  claims jsonb not null,
  file_name text not null,
  encoding text not null,
  delimiter text not null,
  mapping jsonb not null,
  defaults jsonb not null,
  state text not null,
  -- The upload whose chunks are the file; null until the first one is complete.
  upload_id uuid,
  detected_encoding text not null default 'utf-8',
  detected_delimiter text not null default ',',
  columns text[] not null default '{}',
  total_bytes bigint not null default 0,
  dry_run boolean not null default false,
  -- Counts runs: a worker of an older run can save nothing.
  run int not null default 0,
  read_bytes bigint not null default 0,
  rows bigint not null default 0,
  created bigint not null default 0,
  updated bigint not null default 0,
  failed bigint not null default 0,
  failure text not null default '',
  revision bigint not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  -- When a worker was seen last; a running import that nobody carries on is started again.
  seen_at timestamptz not null default now(),
  constraint import_state check (state in ('uploading', 'ready', 'running', 'done', 'failed', 'cancelled'))
);
create index import_subject on import (subject, created_at desc, id desc);
create index import_running on import (seen_at) where state = 'running';

create table import_chunk (
  upload_id uuid not null,
  number int not null,
  import_id uuid not null references import on delete cascade,
  data bytea not null,
  primary key (upload_id, number)
);
create index import_chunk_import on import_chunk (import_id);
-- The bytes are mostly compressed already or small: do not spend time on it.
alter table import_chunk alter column data set storage external;

create table import_error (
  id uuid primary key default uuidv7(),
  import_id uuid not null references import on delete cascade,
  line bigint not null,
  column_name text not null,
  field text not null,
  rule text not null,
  description text not null,
  value text not null,
  -- The row as it stands in the file; for the file of errors.
  cells text[] not null
);
create index import_error_line on import_error (import_id, line, id);
