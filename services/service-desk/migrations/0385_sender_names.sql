-- Up Migration
-- How an unknown sender named themselves. A request of which nothing else is said is known by it: as request_worded, which the release before
-- this one goes on by.
alter table request add column sender_name text not null default '';
create index request_told on request (closed_at, id)
  where closed_at is not null and (subject <> '' or text <> '' or phone <> '' or sender_name <> '' or resolution <> '' or custom <> '{}'::jsonb);
