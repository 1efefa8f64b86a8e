-- Up Migration
-- What exchanges have written of their calls themselves, until it is compared with what was seen.
create table pbx_journal (
  pbx_id uuid not null references pbx on delete cascade,
  -- Of the line: a line that is sent twice stands here once.
  hash text not null,
  line text not null,
  received_at timestamptz not null,
  primary key (pbx_id, hash)
);

-- Whether a call was seen is asked by the keys of its legs; the index of orphans alone does not tell.
create index pbx_event_leg on pbx_event (pbx_id, leg);
drop index pbx_event_orphan;
