-- Up Migration
-- Files of custom fields. The row comes before the bytes and goes after them, so that no bytes are nobody's.
create table stored_file (
  id uuid primary key,
  -- Records and custom field that it was brought for: counterparties, contract_scan.
  resource text not null,
  field text not null,
  name text not null,
  content_type text not null default '',
  size bigint not null,
  sha256 text not null default '',
  -- Subject of who brought it.
  uploader text not null,
  -- coming: bytes are being written. here. going: never to be held again, the bytes are removed next.
  state text not null default 'coming' constraint stored_file_state check (state in ('coming', 'here', 'going')),
  created_at timestamptz not null,
  -- When it goes, being held by no record; null while one holds it.
  keep_until timestamptz
);
create index stored_file_keep_until on stored_file (keep_until) where keep_until is not null;
create index stored_file_uploader on stored_file (uploader, created_at);

-- Records that hold a file, or did (released_at), until it is gone: two when counterparties were merged.
create table file_hold (
  file_id uuid not null references stored_file on delete cascade,
  record_id uuid not null,
  released_at timestamptz,
  primary key (file_id, record_id)
);
create index file_hold_record on file_hold (record_id);

create function file_ids(custom jsonb) returns uuid[] immutable parallel safe language sql
  as $$ select coalesce(array_agg((v ->> 'id')::uuid), '{}') from jsonb_each(custom) e (k, v) where jsonb_typeof(v) = 'object' and v ? 'id' $$;

-- Whatever way a record is saved (by people, imports, merges and what takes them back), its files are those of its row. A file that
-- no record holds any more waits as long as a merge or an import can be taken back.
create function follow_files() returns trigger language plpgsql as $$
declare
  had uuid[] := '{}';
  has uuid[] := '{}';
  record uuid;
begin
  if tg_op <> 'INSERT' then
    had := file_ids(old.custom);
    record := old.id;
  end if;
  if tg_op <> 'DELETE' then
    has := file_ids(new.custom);
    record := new.id;
  end if;
  with taken as (
    update stored_file set keep_until = null where id = any (has) and id <> all (had) and state = 'here' returning id
  )
  insert into file_hold (file_id, record_id) select id, record from taken
  on conflict (file_id, record_id) do update set released_at = null;
  update file_hold set released_at = now() where record_id = record and file_id = any (had) and file_id <> all (has);
  update stored_file f set keep_until = now() + interval '30 days'
  where f.id = any (had) and f.id <> all (has) and f.keep_until is null
    and not exists (select from file_hold h where h.file_id = f.id and h.released_at is null);
  return null;
end $$;

-- Of a table of records; most hold no files and cost one look at their custom fields.
create function watch_files(records regclass) returns void language plpgsql as $$
begin
  execute format($sql$create trigger files_inserted after insert on %s for each row when (jsonb_path_exists(new.custom, '$.*.id')) execute function follow_files()$sql$, records);
  execute format($sql$create trigger files_updated after update on %s for each row
    when (old.custom is distinct from new.custom and (jsonb_path_exists(old.custom, '$.*.id') or jsonb_path_exists(new.custom, '$.*.id')))
    execute function follow_files()$sql$, records);
  execute format($sql$create trigger files_deleted after delete on %s for each row when (jsonb_path_exists(old.custom, '$.*.id')) execute function follow_files()$sql$, records);
end $$;
