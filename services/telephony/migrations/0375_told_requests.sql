-- Up Migration
-- Which request said last whose the call is, and in which of its revisions: an older word comes late and changes nothing. Null: not known,
-- from before this release.
alter table call add column request_told_by uuid, add column request_told_revision bigint;
