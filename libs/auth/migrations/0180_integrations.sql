-- Up Migration
-- Integration accounts, as directory tells them; they move with the version of the rights. What was revoked stays.
create table rights_integration (
  id uuid primary key,
  facts jsonb not null,
  revision bigint not null
);
alter table rights_group add column bulk_reads_per_hour int not null default 0;
