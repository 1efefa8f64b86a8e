-- Up Migration
create extension if not exists pg_trgm;

-- Search walks an index or asks the trigrams, whichever the planner holds for cheaper. By default it believes that a
-- random page costs four sequential ones, as on turning disks, and walks five times longer than it should.
do $$ begin execute format('alter database %I set random_page_cost = 1.1', current_database()); end $$;

create table counterparty (
  id uuid primary key,
  kind text not null,
  -- Lists follow the Ukrainian alphabet.
  display_name text collate "uk-UA-x-icu" not null,
  full_name text not null,
  roles text[] not null,
  tax_code text not null,
  vat_number text not null,
  bank_accounts jsonb not null,
  channels jsonb not null,
  addresses jsonb not null,
  responsible_id uuid,
  branch_id uuid,
  source text not null,
  industry text not null,
  segment text not null,
  vip boolean not null,
  birthday date,
  language text not null,
  note text not null,
  tags text[] not null,
  external_id text not null,
  size int not null,
  -- Skeletons (src/search/skeleton.ts): of the display name, of all that is its own, of its contact persons.
  name_key text collate "C" not null,
  own_search text collate "C" not null,
  person_search text collate "C" not null default '',
  search text collate "C" not null generated always as (own_search || '|' || person_search) stored,
  revision bigint not null,
  created_at timestamptz not null,
  created_by text not null,
  updated_at timestamptz not null,
  updated_by text not null,
  deleted_at timestamptz,
  constraint counterparty_kind check (kind in ('organisation', 'person'))
);
create unique index counterparty_external_id_unique on counterparty (external_id) where external_id <> '';
create index counterparty_name on counterparty (display_name, id) where deleted_at is null;
create index counterparty_recent on counterparty (updated_at desc, id desc) where deleted_at is null;
create index counterparty_created on counterparty (created_at desc, id desc) where deleted_at is null;
-- With all that the first rank of a search asks for, so that it needs no row but those it shows.
create index counterparty_name_key on counterparty (name_key) include (updated_at, id, responsible_id, branch_id) where deleted_at is null;
create index counterparty_tax_code on counterparty (tax_code) where tax_code <> '';
create index counterparty_responsible on counterparty (responsible_id, updated_at desc, id desc) where deleted_at is null;
create index counterparty_branch on counterparty (branch_id, updated_at desc, id desc) where deleted_at is null;
create index counterparty_tags on counterparty using gin (tags);
-- Every search reads what waits to be sorted in: with the default of 4 MB that cost more than the search itself.
create index counterparty_search on counterparty using gin (search gin_trgm_ops) with (gin_pending_list_limit = 128);
-- The default waits for a fifth of the table: too long after an import.
alter table counterparty set (autovacuum_analyze_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.05);

create table contact_person (
  id uuid primary key,
  display_name text collate "uk-UA-x-icu" not null,
  channels jsonb not null,
  birthday date,
  note text not null,
  external_id text not null,
  search text collate "C" not null,
  revision bigint not null,
  created_at timestamptz not null,
  created_by text not null,
  updated_at timestamptz not null,
  updated_by text not null
);
create unique index contact_person_external_id_unique on contact_person (external_id) where external_id <> '';
create index contact_person_name on contact_person (display_name, id);
create index contact_person_recent on contact_person (updated_at desc, id desc);

create table position (
  person_id uuid not null references contact_person on delete cascade,
  counterparty_id uuid not null references counterparty,
  ordinal int not null,
  title text not null,
  decision_role text not null,
  primary key (person_id, counterparty_id)
);
create index position_counterparty on position (counterparty_id, person_id);

-- Records of other services, as their events tell. No reference to counterparty: events may come before it is known.
create table related_record (
  section text not null,
  id uuid not null,
  counterparty_id uuid,
  revision bigint not null,
  title text not null,
  number text not null,
  state text not null,
  stage text not null default '',
  open boolean not null,
  amount numeric,
  currency text,
  owner_id uuid,
  branch_id uuid,
  due_at timestamptz,
  updated_at timestamptz not null,
  primary key (section, id)
);
create index related_record_counterparty on related_record (counterparty_id, section, open desc, updated_at desc, id);

create table timeline (
  id uuid not null,
  counterparty_id uuid not null,
  at timestamptz not null,
  kind text not null,
  section text not null,
  record_id uuid,
  actor_id uuid,
  -- Of the record, as they are now: who takes a record over sees its past.
  branch_id uuid,
  owner_id uuid,
  data jsonb not null,
  primary key (id, counterparty_id)
);
create index timeline_counterparty on timeline (counterparty_id, at desc, id desc);
create index timeline_record on timeline (section, record_id) where section not in ('counterparties', 'contact-persons');
