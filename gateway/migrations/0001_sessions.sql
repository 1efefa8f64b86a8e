-- Up Migration

-- A browser's session. The cookie holds the id, this table only its hash: a stolen copy of it opens nothing.
create table session (
  id_hash bytea primary key,
  subject text not null,
  issuer_session text,
  grant_sealed bytea not null,
  created_at timestamptz not null,
  used_at timestamptz not null,
  expires_at timestamptz not null
);
create index session_subject on session (subject);
create index session_issuer_session on session (issuer_session);
create index session_expires_at on session (expires_at);

-- A sign-in under way, bound to the browser that began it and used once.
create table sign_in (
  id_hash bytea primary key,
  state text not null,
  nonce text not null,
  verifier text not null,
  return_to text not null,
  expires_at timestamptz not null
);
create index sign_in_expires_at on sign_in (expires_at);
