-- Up Migration
create table custom_section (
  id uuid primary key,
  resource text not null,
  name text not null,
  label jsonb not null,
  position int not null,
  visible_when text not null,
  archived boolean not null,
  pack text not null default '',
  revision bigint not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint custom_section_name_unique unique (resource, name)
);
create index custom_section_list on custom_section (resource, position, id);
create index custom_section_recent on custom_section (updated_at, id);
create table custom_field (
  id uuid primary key,
  resource text not null,
  name text not null,
  kind text not null,
  label jsonb not null,
  options jsonb not null,
  required boolean not null,
  is_unique boolean not null,
  default_value jsonb,
  visible_when text not null,
  section_id uuid references custom_section,
  position int not null,
  searchable boolean not null,
  filterable boolean not null,
  archived boolean not null,
  link_to text not null,
  index_state text not null,
  index_problem text not null default '',
  pack text not null default '',
  revision bigint not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint custom_field_name_unique unique (resource, name)
);
create index custom_field_section on custom_field (section_id);
create index custom_field_list on custom_field (resource, position, id);
create index custom_field_recent on custom_field (updated_at, id);
