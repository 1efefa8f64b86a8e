-- Up Migration
-- Whether the employee has ever signed in: set once, by what the audit log is told. The log begins later than some employees, and is cut off at its
-- old end: of whom it cannot tell nothing is claimed.
alter table employee add column signed_in boolean not null default false;
update employee e set signed_in = true
where exists (select from audit_entry a where a.actor_id = e.id) or e.created_at < coalesce((select min(a.at) from audit_entry a), 'infinity');
