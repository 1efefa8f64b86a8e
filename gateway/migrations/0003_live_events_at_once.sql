-- Up Migration

-- Many at once, with one statement; a new function, so that a gateway of the release before goes on beside this one.
create function live_event_append(events jsonb) returns void language plpgsql as $$
begin
  -- Held until the end of the transaction: the next seq is given when these can be seen.
  perform pg_advisory_xact_lock(hashtext('live_event'));
  insert into live_event (id, type, section, branch_id, owner_id, recipients, payload)
  select e.id, e.type, e.section, e."branchId", e."ownerId", e.recipients, e.payload
  from rows from (jsonb_to_recordset(events) as (
    id uuid, type text, section text, "branchId" uuid, "ownerId" uuid, recipients uuid[], payload text
  )) with ordinality as e order by e.ordinality
  on conflict do nothing;
  notify live_event;
end
$$;
