-- Up Migration
-- Up to which moment records of an older state of their keys were looked for (src/duplicates/stale-keys.ts).
create table match_keys_seen (
  only_row boolean primary key default true,
  seen_at timestamptz not null,
  constraint match_keys_seen_one check (only_row)
);
