-- Up Migration

-- The key of the hashes that this service gives to the audit log: 366 random bits, made once.
create table audit_key (
  one boolean primary key default true check (one),
  key bytea not null
);
insert into audit_key (key) select sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()));
