-- Up Migration
alter table rights_employee add column substitutes jsonb not null default '[]';
-- Single records of this service that others were let in to. `holder` is a group's name, or the id of an employee.
create table record_share (
  section text not null,
  record_id uuid not null,
  holder text not null,
  action text not null,
  until_at timestamptz,
  given_by text not null,
  given_at timestamptz not null,
  constraint record_share_action check (action in ('view', 'change')),
  primary key (section, record_id, holder)
);
create index record_share_holder on record_share (holder, section, action);
