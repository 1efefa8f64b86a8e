-- Up Migration
-- A branch that was removed stays with its revision: an old event that comes again would bring it back.
alter table rights_branch add column deleted boolean not null default false;
