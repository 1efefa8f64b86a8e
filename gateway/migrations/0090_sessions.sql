-- Up Migration

-- What an administrator may see of a session. A release that knows nothing of these leaves them at their defaults; the next
-- use of the session fills them.
alter table session add column id uuid not null default uuidv7();
alter table session add column username text not null default '';
alter table session add column employee_id uuid;
alter table session add column address text not null default '';
alter table session add column agent text not null default '';
create unique index session_id on session (id);
create index session_used_at on session (used_at, id);
create index session_created_at on session (created_at, id);
create index session_employee on session (employee_id);

-- Tokens that a client uses for a user, by their last use. A token issued up to cut_at is refused, while blocked any one is.
create table token_use (
  id uuid primary key default uuidv7(),
  subject text not null,
  client text not null,
  username text not null,
  employee_id uuid,
  address text not null,
  agent text not null,
  first_at timestamptz not null,
  used_at timestamptz not null,
  cut_at timestamptz,
  blocked boolean not null default false,
  constraint token_use_unique unique (subject, client)
);
create index token_use_used_at on token_use (used_at, id);
create index token_use_first_at on token_use (first_at, id);
create index token_use_employee on token_use (employee_id);

-- The journal of sign-ins. No token, no cookie, no password ever stands here.
create table sign_in_entry (
  id uuid primary key default uuidv7(),
  at timestamptz not null,
  kind text not null,
  subject text not null,
  username text not null,
  employee_id uuid,
  session_id uuid,
  address text not null,
  agent text not null,
  by_id uuid,
  by_username text not null default '',
  reason text not null default ''
);
create index sign_in_entry_at on sign_in_entry (at, id);
create index sign_in_entry_employee on sign_in_entry (employee_id, at, id);
create index sign_in_entry_username on sign_in_entry (username, at, id);

-- Grants of sessions that somebody ended, until the issuer has been told; else its own session would sign the user in again.
create table grant_to_end (
  id_hash bytea primary key,
  grant_sealed bytea not null,
  next_at timestamptz not null,
  tries int not null default 0
);
create index grant_to_end_next on grant_to_end (next_at);

-- Employees whose tokens, known here or not, were all ended: those issued up to then are refused.
create table token_cut (
  employee_id uuid primary key,
  cut_at timestamptz not null
);
