-- Up Migration
-- Ids that stand in a text: somebody put the address of a record into it. Indexes ask only for texts that hold one
-- (`text ~ '[0-9a-f]{8}-[0-9a-f]{4}-'`), so that others cost next to nothing.
create function linked_ids(words text) returns uuid[] language sql immutable parallel safe as $$
  select coalesce(array_agg(distinct m[1]::uuid), '{}')
  from regexp_matches(words, '\m([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\M', 'g') m
$$;
