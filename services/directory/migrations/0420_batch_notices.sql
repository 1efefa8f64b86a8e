-- Up Migration
-- How many records of a change of many have become somebody's, until they are told of all of them at once.
create table notice_batch (
  batch_id uuid not null,
  employee_id uuid not null,
  sender_id uuid not null,
  kind text not null,
  count int not null,
  primary key (batch_id, employee_id, sender_id, kind)
);
