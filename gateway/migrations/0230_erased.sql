-- Up Migration
-- Ids of persons who were erased lately: an event of before that comes late is not shown to who comes back.
create table erased_live (
  id uuid primary key,
  at timestamptz not null
);
create index erased_live_at on erased_live (at);

-- As before, but a row that names one of them and was told before they were erased says that everything is to be read anew.
-- While nobody was erased this costs a look into an empty table.
create or replace function live_event_append(events jsonb) returns void language plpgsql as $$
begin
  -- Held until the end of the transaction: the next seq is given when these can be seen.
  perform pg_advisory_xact_lock(hashtext('live_event'));
  insert into live_event (id, type, section, branch_id, owner_id, recipients, payload)
  select e.id, e.type, e.section, e."branchId", e."ownerId", e.recipients, e.payload
  from rows from (jsonb_to_recordset(events) as (
    id uuid, type text, section text, "branchId" uuid, "ownerId" uuid, recipients uuid[], payload text
  )) with ordinality as e order by e.ordinality
  on conflict do nothing;
  if exists (select from erased_live) then
    update live_event l set type = 'resync', section = '', branch_id = null, owner_id = null, recipients = null, payload = '{}'
    from jsonb_array_elements(events) e
    where l.id = (e ->> 'id')::uuid and l.type <> 'resync'
      and exists (select from erased_live x where strpos(l.payload, x.id::text) > 0 and (l.payload::jsonb ->> 'time')::timestamptz <= x.at);
  end if;
  notify live_event;
end
$$;
