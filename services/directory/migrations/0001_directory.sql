-- Up Migration
-- What people read in lists is sorted by the Ukrainian alphabet.
create table branch (
  id uuid primary key,
  name text collate "uk-UA-x-icu" not null,
  parent_id uuid references branch,
  code text not null,
  revision bigint not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint branch_not_own_parent check (parent_id is distinct from id)
);
create index branch_parent on branch (parent_id);
create index branch_name on branch (name, id);

create table department (
  id uuid primary key,
  name text collate "uk-UA-x-icu" not null,
  branch_id uuid not null references branch,
  revision bigint not null,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index department_branch on department (branch_id);
create index department_name on department (name, id);

create table employee (
  id uuid primary key,
  display_name text collate "uk-UA-x-icu" not null,
  position text not null,
  email text,
  branch_id uuid not null references branch,
  department_id uuid references department,
  username text,
  groups text[] not null,
  disabled boolean not null,
  external_id text not null,
  revision bigint not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint employee_username_unique unique (username)
);
create unique index employee_external_id_unique on employee (external_id) where external_id <> '';
create index employee_branch on employee (branch_id);
create index employee_department on employee (department_id);
create index employee_name on employee (display_name, id);
create index employee_groups on employee using gin (groups);

create table user_group (
  id uuid primary key,
  name text not null,
  title text collate "uk-UA-x-icu" not null,
  revision bigint not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint user_group_name_unique unique (name)
);
create index user_group_title on user_group (title, id);

create table group_grant (
  id uuid primary key,
  group_id uuid not null references user_group on delete cascade,
  section text not null,
  action text not null,
  scope text not null,
  constraint group_grant_scope check (scope in ('own', 'department', 'branch', 'all', 'deny')),
  constraint group_grant_cell_unique unique (group_id, section, action)
);
create index group_grant_section on group_grant (section, id);
