-- Up Migration
-- The record that an event is about, as shares name it: whom somebody let in to this one alone is shown its events.
alter table live_event add column record_id uuid;

-- As before, and the record; a gateway of the release before leaves it out and shows no event by a share.
create or replace function live_event_append(events jsonb) returns void language plpgsql as $$
begin
  -- Held until the end of the transaction: the next seq is given when these can be seen.
  perform pg_advisory_xact_lock(hashtext('live_event'));
  insert into live_event (id, type, section, branch_id, owner_id, recipients, payload, record_id)
  select e.id, e.type, e.section, e."branchId", e."ownerId", e.recipients, e.payload, e."recordId"
  from rows from (jsonb_to_recordset(events) as (
    id uuid, type text, section text, "branchId" uuid, "ownerId" uuid, recipients uuid[], payload text, "recordId" uuid
  )) with ordinality as e order by e.ordinality
  on conflict do nothing;
  if exists (select from erased_live) then
    update live_event l set type = 'resync', section = '', branch_id = null, owner_id = null, recipients = null, record_id = null, payload = '{}'
    from jsonb_array_elements(events) e
    where l.id = (e ->> 'id')::uuid and l.type <> 'resync'
      and exists (select from erased_live x where strpos(l.payload, x.id::text) > 0 and (l.payload::jsonb ->> 'time')::timestamptz <= x.at);
  end if;
  notify live_event;
end
$$;
