-- Up Migration
-- Who has read more records in an hour than was agreed. One of a caller in an hour, however many replicas count.
create table bulk_read (
  id uuid primary key default uuidv7(),
  at timestamptz not null,
  caller_key text not null,
  hour bigint not null,
  username text not null,
  employee_id uuid,
  integration_id uuid,
  records int not null,
  threshold int not null,
  address text not null,
  told_at timestamptz,
  constraint bulk_read_once unique (caller_key, hour)
);
create index bulk_read_at on bulk_read (at, id);
create index bulk_read_employee on bulk_read (employee_id, at, id);
create index bulk_read_integration on bulk_read (integration_id, at, id);
create index bulk_read_untold on bulk_read (at) where told_at is null;
create index token_use_client on token_use (client, used_at);
