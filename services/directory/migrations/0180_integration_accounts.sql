-- Up Migration
alter table user_group add column bulk_reads_per_hour int not null default 0 constraint user_group_bulk_reads check (bulk_reads_per_hour >= 0);
-- Accounts of programs. One that was revoked stays: its tokens must go on meaning nothing.
create table integration_account (
  id uuid primary key,
  name text collate "uk-UA-x-icu" not null,
  owner_id uuid not null references employee,
  groups text[] not null,
  scopes text[] not null,
  requests_per_minute int not null,
  expires_at timestamptz,
  revoked_at timestamptz,
  revision bigint not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint integration_account_name_unique unique (name)
);
create index integration_account_name on integration_account (name, id);
create index integration_account_owner on integration_account (owner_id);
create index integration_account_updated on integration_account (updated_at, id);
create table integration_key (
  client_id text primary key,
  account_id uuid not null references integration_account,
  -- Of a secret of 256 random bits; null for a client that was made at an identity provider.
  secret_hash text,
  created_at timestamptz not null,
  expires_at timestamptz
);
-- An issuer knows no capitals in the names of the users of clients.
create unique index integration_key_client on integration_key (lower(client_id));
create index integration_key_account on integration_key (account_id, created_at);
