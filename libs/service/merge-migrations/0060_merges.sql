-- Up Migration
-- Merges of counterparties as contacts tells of them. One that was undone stays here, so that a late merge changes nothing.
create table party_merge (
  id uuid primary key,
  survivor_id uuid not null,
  merged_id uuid not null,
  undone boolean not null
);
create index party_merge_merged on party_merge (merged_id) where not undone;
create index party_merge_survivor on party_merge (survivor_id) where not undone;

-- Where each merged counterparty is to be found now, over all merges that hold.
create table party_alias (
  merged_id uuid primary key,
  survivor_id uuid not null
);

-- For tables with counterparty_id and origin_id (whose it was told to be, where that one was merged since). In the
-- database, because every way to write such a row must heed it, that of the release before and of late events too.
-- The lock lets no row slip in for a counterparty that is just being merged. With the argument `told` a row goes back
-- with an undo: a copy of what another service holds, and gives back itself. Without, what came later stays.
create function follow_party() returns trigger language plpgsql as $$
declare
  living uuid;
begin
  if current_setting('vitrylo.following', true) = 'yes' then
    return new;
  end if;
  perform pg_advisory_xact_lock_shared(hashtextextended(new.counterparty_id::text, 60));
  select a.survivor_id into living from party_alias a where a.merged_id = new.counterparty_id;
  new.origin_id := case when living is not null and tg_nargs > 0 then new.counterparty_id end;
  new.counterparty_id := coalesce(living, new.counterparty_id);
  return new;
end $$;
create function leave_party() returns trigger language plpgsql as $$
begin
  if current_setting('vitrylo.following', true) is distinct from 'yes' then
    new.origin_id := null;
  end if;
  return new;
end $$;
