-- As the function of the first migration, with the events as one array of objects: nothing is quoted twice on the way.
create function bus_publish(events jsonb) returns void language plpgsql as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('vitrylo.bus', 0));
  insert into bus_log (id, topic, key, type, time, revision, data, headers)
  select e.id, e.topic, e.key, e.type, e.time, e.revision, e.data, e.headers
  from rows from (jsonb_to_recordset(events)
      as (id uuid, topic text, key text, type text, "time" timestamptz, revision bigint, data jsonb, headers jsonb)) with ordinality
    as e (id, topic, key, type, "time", revision, data, headers, ordinal)
  order by e.ordinal
  on conflict (id) do nothing;
  perform pg_notify('bus', t.topic) from (select distinct e->>'topic' as topic from jsonb_array_elements(events) e) t;
end $$;
