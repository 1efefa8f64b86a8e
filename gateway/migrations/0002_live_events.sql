-- Up Migration

-- What browsers are shown live. Inserts are serialised by an advisory lock, so that seq order is commit order and a
-- reader that stands at n has missed nothing below n.
create table live_event (
  seq bigint generated always as identity primary key,
  id uuid not null unique,
  at timestamptz not null default now(),
  type text not null,
  section text not null,
  branch_id uuid,
  owner_id uuid,
  recipients uuid[],
  payload text not null
);
create index live_event_at on live_event (at);

create function live_event_append(
  id uuid, type text, section text, branch_id uuid, owner_id uuid, recipients uuid[], payload text
) returns void language plpgsql as $$
begin
  -- Held until the end of the transaction: the next seq is given when this one can be seen.
  perform pg_advisory_xact_lock(hashtext('live_event'));
  insert into live_event (id, type, section, branch_id, owner_id, recipients, payload)
  values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing;
  notify live_event;
end
$$;
