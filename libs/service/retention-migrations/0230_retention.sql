-- Up Migration
-- How long records of this service are kept. (That of contacts is older and stands in its own migrations.)
create table retention_rule (
  id uuid primary key,
  display_name text collate "uk-UA-x-icu" not null,
  resource text not null,
  filter text not null,
  age_months int not null,
  enabled boolean not null,
  author_id uuid,
  revision bigint not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  run_at timestamptz,
  run_count int not null default 0,
  total_count int not null default 0
);
create index retention_rule_name on retention_rule (display_name, id);
