-- Up Migration
-- Records that a batch has added or changed: whose rows it remembers is found without opening what it kept of each. Of the list of a batch, so that rows of
-- before, and those of a release beside this one, are found as well.
create function import_touched(created uuid[], updated jsonb) returns uuid[] language sql immutable parallel safe cost 10000
  as $$ select created || array(select (u->>'id')::uuid from jsonb_array_elements(updated) u) $$;
create index import_batch_touched on import_batch using gin (import_touched(created, updated));
