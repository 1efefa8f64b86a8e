-- Up Migration
-- The journal of packs; its latest row of a pack says what is installed.
create table pack_installation (
  id uuid primary key,
  pack text not null,
  version int not null,
  from_version int not null,
  action text not null,
  actor text not null,
  changes jsonb not null,
  -- As it was before: what a rollback goes back to.
  before jsonb not null,
  created_at timestamptz not null,
  constraint pack_installation_action check (action in ('install', 'upgrade', 'rollback'))
);
create index pack_installation_pack on pack_installation (pack, id desc);
create index pack_installation_recent on pack_installation (created_at, id);
-- A filter that a pack brought: `printing late-orders`.
alter table saved_filter add column pack_key text not null default '';
create unique index saved_filter_pack_key on saved_filter (pack_key) where pack_key <> '';
