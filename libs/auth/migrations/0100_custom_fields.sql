-- Up Migration
-- Definitions of custom fields, as directory tells them; they move with the version of the rights.
create table custom_field_copy (
  id uuid primary key,
  resource text not null,
  field jsonb not null,
  revision bigint not null
);
