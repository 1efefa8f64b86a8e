-- Up Migration
-- Several rules may stand for one section and action: one for good, another for a week, a third that denies some records.
alter table group_grant add column deny_scope text, add column from_at timestamptz, add column until_at timestamptz;
alter table group_grant drop constraint group_grant_cell_unique;
alter table group_grant
  add constraint group_grant_rule_unique unique nulls not distinct (group_id, section, action, scope, deny_scope, from_at, until_at),
  add constraint group_grant_deny_scope check (deny_scope is null or (scope = 'deny' and deny_scope in ('own', 'department', 'branch', 'all'))),
  add constraint group_grant_span check (from_at < until_at);
-- The group of one person alone; its name is the employee's id.
alter table user_group add column employee_id uuid references employee on delete cascade;
alter table user_group add constraint user_group_employee_unique unique (employee_id);
alter table employee add column substitutes jsonb not null default '[]';
