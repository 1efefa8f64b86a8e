create table users (
  id uuid primary key default uuidv7(),
  username text not null,
  name text not null default '',
  email text,
  password text, -- null: this user cannot sign in with a password
  groups text[] not null default '{}',
  disabled boolean not null default false,
  employee_id uuid unique, -- of the directory
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create unique index users_username on users (lower(username));
create index users_email on users (lower(email));

-- Everything the protocol library remembers: sessions, grants, codes, refresh tokens, half-finished sign-ins.
create table oidc_records (
  model text not null,
  id text not null,
  payload jsonb not null,
  grant_id text,
  uid text,
  account_id text,
  user_code text,
  consumed_at timestamptz,
  expires_at timestamptz,
  primary key (model, id)
);
create index oidc_records_grant on oidc_records (grant_id) where grant_id is not null;
create index oidc_records_uid on oidc_records (uid) where uid is not null;
create index oidc_records_user_code on oidc_records (user_code) where user_code is not null;
create index oidc_records_account on oidc_records (account_id) where model = 'Session';
create index oidc_records_expiry on oidc_records (expires_at);

-- Signing and cookie keys, made at the first start.
create table keys (
  name text primary key,
  value jsonb not null
);

-- Failed sign-ins by the hash of who and where; the row that matters is younger than the window.
create table login_attempts (
  key text primary key,
  failures int not null,
  since timestamptz not null
);

-- Sign-outs that a client has still to be told about.
create table backchannel_logouts (
  id bigint generated always as identity primary key,
  client_id text not null,
  account_id text not null,
  sid text not null,
  attempts int not null default 0,
  created_at timestamptz not null default now(),
  next_at timestamptz not null default now()
);
create index backchannel_logouts_next on backchannel_logouts (next_at);
