-- Which ids the events of the log name, as far as somebody has erased (docs/adr/0002-postgresql-bus.md). No foreign key: it would lock, and so write anew, every
-- event that is noted. A row whose event is gone does no harm; compaction takes it.
create table bus_named (
  topic text not null,
  seq bigint not null,
  ids uuid[] not null,
  primary key (topic, seq)
);
create index bus_named_ids on bus_named using gin (ids);

-- Up to which event of a topic they are noted.
create table bus_named_until (
  topic text primary key,
  seq bigint not null
);
