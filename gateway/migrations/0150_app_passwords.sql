-- Up Migration

-- Passwords of apps, for programs that cannot sign in by a page. Only the hash of 120 random bits is here: nothing to guess at, and a stolen copy
-- opens nothing.
create table app_password (
  id uuid primary key default uuidv7(),
  employee_id uuid not null,
  subject text not null,
  username text not null,
  name text not null,
  hash bytea not null,
  created_at timestamptz not null,
  used_at timestamptz,
  address text not null default '',
  agent text not null default '',
  constraint app_password_hash unique (hash),
  constraint app_password_name unique (employee_id, name)
);
create index app_password_used_at on app_password (coalesce(used_at, created_at), id);
create index app_password_created_at on app_password (created_at, id);
create index app_password_subject on app_password (subject);
