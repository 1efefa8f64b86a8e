-- Up Migration
-- What this service hands over, or has: a late event may still make something the property of who has left.
create table handover_part (
  handover_id uuid not null,
  kind text not null,
  from_id uuid not null,
  to_id uuid,
  actor text not null,
  moved int not null default 0,
  begun_at timestamptz not null,
  touched_at timestamptz not null,
  done_at timestamptz,
  primary key (handover_id, kind)
);
