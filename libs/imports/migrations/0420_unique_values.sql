-- Up Migration
-- While a dry run goes on: which of its rows has taken a value that no two records may have, as nothing is saved that would tell. Goes with the end of the run.
create table import_value (
  import_id uuid not null references import on delete cascade,
  run int not null,
  field text not null,
  -- The first half of the SHA-256 of the value.
  value uuid not null,
  record_id uuid not null,
  -- By what other rows of the file are the same record, in the same way.
  keys uuid[] not null,
  line bigint not null,
  primary key (import_id, run, field, value)
);
create index import_value_record on import_value (import_id, record_id);
