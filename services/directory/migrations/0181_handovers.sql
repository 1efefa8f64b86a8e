-- Up Migration
create table handover (
  id uuid primary key,
  employee_id uuid not null,
  actor_id uuid,
  created_at timestamptz not null,
  finished_at timestamptz
);
create index handover_created on handover (created_at, id);
create index handover_employee on handover (employee_id, created_at, id);
-- As the services tell it.
create table handover_state (
  handover_id uuid not null references handover on delete cascade,
  ordinal int not null,
  kind text not null,
  receiver_id uuid,
  moved int not null default 0,
  done boolean not null default false,
  primary key (handover_id, kind)
);
create index employee_substitutes on employee using gin (substitutes jsonb_path_ops) where substitutes <> '[]';
