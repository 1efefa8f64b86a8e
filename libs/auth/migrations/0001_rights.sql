-- Up Migration
-- A service's own copy of who works where and what groups may do. Filled from the events of directory.
create table rights_employee (
  id uuid primary key,
  username text,
  display_name text not null,
  branch_id uuid not null,
  department_id uuid,
  groups text[] not null,
  disabled boolean not null,
  revision bigint not null
);
create table rights_branch (
  id uuid primary key,
  parent_id uuid,
  name text not null,
  revision bigint not null
);
create table rights_group (
  id uuid primary key,
  name text not null,
  -- [{"section": "opportunities", "action": "view", "scope": "branch"}, …]
  cells jsonb not null,
  revision bigint not null
);
-- Every change moves it on; processes that hold the copy in memory compare it.
create table rights_version (
  only_row boolean primary key default true check (only_row),
  version bigint not null
);
insert into rights_version (version) values (0);
