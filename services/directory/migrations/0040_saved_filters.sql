-- Up Migration
create table saved_filter (
  id uuid primary key,
  display_name text collate "uk-UA-x-icu" not null,
  resource text not null,
  filter text not null,
  order_by text not null,
  columns text[] not null,
  -- Names as in the claim `groups`; a group that is removed is simply nobody's any more.
  groups text[] not null,
  owner_id uuid not null references employee on delete cascade,
  revision bigint not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint saved_filter_name_unique unique (owner_id, resource, display_name)
);
create index saved_filter_name on saved_filter (display_name, id);
create index saved_filter_updated on saved_filter (updated_at, id);
create index saved_filter_groups on saved_filter using gin (groups);
