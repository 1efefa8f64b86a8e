-- Up Migration
-- By which records are compared (src/duplicates/keys.ts). A revision that is not the record's own: the keys are to be made anew.
create table counterparty_match (
  counterparty_id uuid primary key references counterparty on delete cascade on update cascade,
  revision bigint not null,
  keys int[] not null
);
create index counterparty_match_keys on counterparty_match using gin (keys) with (gin_pending_list_limit = 128);

create table contact_person_match (
  person_id uuid primary key references contact_person on delete cascade,
  revision bigint not null,
  keys int[] not null
);
create index contact_person_match_keys on contact_person_match using gin (keys) with (gin_pending_list_limit = 128);

-- How often values are met, counted by the last search over the base.
create table match_frequency (
  kind text not null,
  value text collate "C" not null,
  count int not null,
  primary key (kind, value)
);
-- Keys that too many records share.
create table match_common_key (
  key int primary key
);
-- The other keys, as the last search found them: thousands of look-ups a step, for which the index above is not made.
create table match_block (
  key int not null,
  counterparty_id uuid not null,
  primary key (key, counterparty_id)
);
create table match_base (
  only_row boolean primary key default true,
  base bigint not null,
  -- Of them were counted.
  records bigint not null,
  counted_at timestamptz not null,
  constraint match_base_one check (only_row)
);

create table duplicate_search (
  id uuid primary key,
  -- Claims of who started it: the rights are looked up anew for every step.
  subject text not null,
  claims jsonb not null,
  state text not null,
  -- Behind which record it goes on.
  position uuid,
  counted boolean not null default false,
  records bigint not null default 0,
  compared bigint not null default 0,
  pairs bigint not null default 0,
  failure text not null default '',
  created_at timestamptz not null,
  updated_at timestamptz not null,
  -- When a worker was seen last; a running search that nobody carries on is taken up again.
  seen_at timestamptz not null default now(),
  constraint duplicate_search_state check (state in ('running', 'done', 'failed', 'cancelled'))
);
create index duplicate_search_subject on duplicate_search (subject, created_at desc, id desc);
create index duplicate_search_running on duplicate_search (seen_at) where state = 'running';
create unique index duplicate_search_one on duplicate_search (subject) where state = 'running';

create table duplicate_pair (
  id uuid primary key default uuidv7(),
  first_id uuid not null references counterparty on delete cascade,
  second_id uuid not null references counterparty on delete cascade,
  probability numeric(6, 5) not null,
  -- [{"field": "name", "level": "same", "bits": 8.1}, …]
  reasons jsonb not null,
  state text not null default 'open',
  -- Both revisions as they were compared: what changed since is compared anew.
  first_revision bigint not null,
  second_revision bigint not null,
  decider text not null default '',
  decided_at timestamptz,
  constraint duplicate_pair_order check (first_id < second_id),
  constraint duplicate_pair_state check (state in ('open', 'dismissed')),
  constraint duplicate_pair_once unique (first_id, second_id)
);
create index duplicate_pair_list on duplicate_pair (state, probability desc, id desc);
create index duplicate_pair_second on duplicate_pair (second_id);
