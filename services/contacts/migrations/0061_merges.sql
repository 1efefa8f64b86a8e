-- Up Migration
create table counterparty_merge (
  id uuid primary key,
  survivor_id uuid not null references counterparty on delete cascade,
  merged_id uuid not null references counterparty on delete cascade,
  merged_name text not null,
  actor text not null,
  created_at timestamptz not null,
  undone_at timestamptz,
  -- {"survivor", "merged": as they were, "after": the survivor as it came out, "moved": rows of other tables as they were};
  -- null when the time to undo is over.
  snapshot jsonb
);
create index counterparty_merge_survivor on counterparty_merge (survivor_id, created_at desc, id desc);
create unique index counterparty_merge_merged on counterparty_merge (merged_id) where undone_at is null;
create index counterparty_merge_expiring on counterparty_merge (created_at) where snapshot is not null;

-- Whose it was told to be, where that one was merged since: an undo goes by it.
alter table related_record add column origin_id uuid;
create index related_record_origin on related_record (origin_id) where origin_id is not null;
alter table timeline add column origin_id uuid;
create index timeline_origin on timeline (origin_id) where origin_id is not null;
create trigger related_record_new_party before insert on related_record for each row
  when (new.counterparty_id is not null) execute function follow_party('told');
create trigger related_record_other_party before update of counterparty_id on related_record for each row
  when (new.counterparty_id is not null and new.counterparty_id is distinct from old.counterparty_id) execute function follow_party('told');
create trigger related_record_no_party before update of counterparty_id on related_record for each row
  when (new.counterparty_id is null and old.counterparty_id is not null) execute function leave_party();
create trigger timeline_new_party before insert on timeline for each row
  when (new.section not in ('counterparties', 'contact-persons')) execute function follow_party('told');
