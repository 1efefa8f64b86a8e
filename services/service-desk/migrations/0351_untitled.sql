-- Up Migration
-- A request of a call has no subject until somebody says one: those that still have words are known by all of them. The release before this
-- one goes on by request_retained.
create index request_worded on request (closed_at, id)
  where closed_at is not null and (subject <> '' or text <> '' or phone <> '' or resolution <> '' or custom <> '{}'::jsonb);
