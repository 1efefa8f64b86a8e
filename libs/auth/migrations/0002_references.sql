-- Up Migration
-- By what files and other systems name employees and branches.
alter table rights_employee add column external_id text not null default '';
alter table rights_branch add column code text not null default '';
