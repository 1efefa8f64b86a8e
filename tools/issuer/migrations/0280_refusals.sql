-- Refused sign-ins that the gateway has still to be told of. No password, no secret; a name only where there is such an account.
create table refusals (
  id uuid primary key default uuidv7(),
  at timestamptz not null default now(),
  reason text not null,
  address text not null,
  agent text not null default '',
  username text not null default '',
  client_id text not null default '', -- of a program
  locked boolean not null default false, -- the account takes no more guesses from there for a while
  count int not null default 1
);
create index refusals_at on refusals (at, id);

-- How many there were from an address, or an IPv6 network, in a minute: the first ones are noted each, the rest as a number.
create table refusal_minutes (
  address text not null,
  minute timestamptz not null,
  refused int not null,
  primary key (address, minute)
);
create index refusal_minutes_minute on refusal_minutes (minute);
