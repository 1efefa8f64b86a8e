-- Up Migration
alter table import
  add column rules jsonb not null default '{}',
  add column format text not null default 'csv',
  add column share_mapping boolean not null default false,
  add column suggestion jsonb,
  add column skipped bigint not null default 0,
  -- When rows were saved last: from then on runs the time in which they can be taken back. Null: there is nothing to take back.
  add column saved_at timestamptz,
  add column undone bigint not null default 0,
  add column kept bigint not null default 0,
  drop constraint import_state,
  add constraint import_state check (state in ('uploading', 'ready', 'running', 'done', 'failed', 'cancelled', 'paused', 'undoing', 'undone')),
  add constraint import_format check (format in ('csv', 'xlsx', 'vcard'));
create index import_undoing on import (seen_at) where state = 'undoing';

-- What a batch did: a row for 500 records, so that it costs the import next to nothing.
create table import_batch (
  import_id uuid not null references import on delete cascade,
  run int not null,
  first_row bigint not null,
  part int not null,
  created uuid[] not null,
  -- [{"id", "revision": after it, "before": {field: value}, "after": {…}}, …]
  updated jsonb not null,
  at timestamptz not null,
  primary key (import_id, run, first_row, part)
);
create index import_batch_at on import_batch (at);

-- Revisions of records that an undo under way changed back: what the same import did to them before is theirs to take back too.
create table import_undone (
  import_id uuid not null references import on delete cascade,
  record_id uuid not null,
  revision bigint not null,
  primary key (import_id, record_id)
);

create table import_conflict (
  id uuid primary key default uuidv7(),
  import_id uuid not null references import on delete cascade,
  met bigint not null generated always as identity,
  record_id uuid not null,
  field text not null,
  rule text not null
);
create index import_conflict_import on import_conflict (import_id, met, id);

-- What was used last for files with a header. Shared ones have the subject ''.
create table import_mapping (
  kind text not null,
  subject text not null,
  -- SHA-256 of the names of the columns.
  header bytea not null,
  mapping jsonb not null,
  defaults jsonb not null,
  rules jsonb not null,
  updated_at timestamptz not null,
  primary key (kind, header, subject)
);
