-- Up Migration
-- When the last record came: what no job tells of any more is told of by a sweep. Rows of the release before count from when they were added.
alter table notice_batch add column noted_at timestamptz not null default now();
