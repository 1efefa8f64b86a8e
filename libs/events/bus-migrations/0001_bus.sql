create table bus_log (
  topic text not null,
  seq bigint generated always as identity,
  key text not null,
  id uuid not null unique,
  type text not null,
  time timestamptz not null,
  revision bigint not null,
  data jsonb not null,
  headers jsonb not null,
  primary key (topic, seq)
);

create table bus_position (
  group_name text not null,
  topic text not null,
  seq bigint not null,
  primary key (group_name, topic)
);

-- Positions are updated all the time; room in the page keeps the updates off the index.
alter table bus_position set (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500);

-- One publisher at a time: the lock is held from before the first seq is drawn until the rows are visible, so that a
-- reader that has seen seq n will never find a smaller one later (docs/adr/0002-postgresql-bus.md).
create function bus_publish(
  ids uuid[], topics text[], keys text[], types text[], times timestamptz[], revisions bigint[], datas text[], headers text[]
) returns void language plpgsql as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('vitrylo.bus', 0));
  insert into bus_log (id, topic, key, type, time, revision, data, headers)
  select e.id, e.topic, e.key, e.type, e.time, e.revision, e.data::jsonb, e.headers::jsonb
  from unnest(ids, topics, keys, types, times, revisions, datas, headers) with ordinality
    as e (id, topic, key, type, time, revision, data, headers, ordinal)
  order by e.ordinal
  on conflict (id) do nothing;
  perform pg_notify('bus', t.topic) from (select distinct unnest(topics) as topic) t;
end $$;
