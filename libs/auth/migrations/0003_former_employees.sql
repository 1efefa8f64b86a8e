-- Up Migration
-- Who left stays known by name: else a token that is still good would speak with the groups of its claim, and an old
-- event that comes again would bring the employee back.
alter table rights_employee add column deleted boolean not null default false;
