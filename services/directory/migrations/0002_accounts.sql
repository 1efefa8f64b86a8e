-- Up Migration

-- Accounts at Keycloak, one per employee who has a user name: up to which revision of the employee they are in step.
-- The row outlives its employee, so that the account of one who was deleted is disabled.
create table account (
  employee_id uuid primary key,
  account_id text,
  revision bigint not null default 0,
  next_at timestamptz not null default now(),
  attempts int not null default 0
);
