-- Up Migration
-- Our copy of what opportunities need of contacts; filled from its events.
create table counterparty (
  id uuid primary key,
  name text not null,
  external_id text not null,
  responsible_id uuid,
  branch_id uuid,
  deleted boolean not null,
  revision bigint not null
);
-- Imports name counterparties by either.
create index counterparty_external_id on counterparty (external_id) where external_id <> '';
create index counterparty_name on counterparty (lower(name));

create table pipeline (
  id uuid primary key,
  name text not null,
  is_default boolean not null,
  lost_reasons text[] not null,
  revision bigint not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint pipeline_name_unique unique (name)
);
create unique index pipeline_default on pipeline (is_default) where is_default;

create table stage (
  id uuid primary key,
  pipeline_id uuid not null references pipeline,
  -- From 1 in the order of the pipeline. Null: taken out of it, kept for the history.
  position int,
  name text not null,
  probability int not null,
  stay_limit_days int not null,
  hint text not null,
  constraint stage_of_pipeline unique (id, pipeline_id),
  constraint stage_position unique (pipeline_id, position) deferrable initially deferred
);

-- Numbers without gaps: the row of the year stays locked until the transaction that took one ends.
create table number_series (
  name text primary key,
  last bigint not null
);

create table opportunity (
  id uuid primary key,
  number text not null,
  title text collate "uk-UA-x-icu" not null,
  counterparty_id uuid,
  contact_person_id uuid,
  pipeline_id uuid not null references pipeline,
  stage_id uuid not null,
  state text not null,
  amount numeric(18, 2),
  currency text,
  expected_close_date date,
  owner_id uuid not null,
  branch_id uuid not null,
  source text not null,
  request_id uuid,
  next_step text not null,
  next_step_date date,
  lost_reason text not null,
  stage_entered_at timestamptz not null,
  opened_at timestamptz not null,
  closed_at timestamptz,
  note text not null,
  external_id text not null,
  product text not null,
  revision bigint not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint opportunity_number_unique unique (number),
  constraint opportunity_stage_fkey foreign key (stage_id, pipeline_id) references stage (id, pipeline_id),
  constraint opportunity_state check (state in ('open', 'won', 'lost')),
  constraint opportunity_closed check ((state = 'open') = (closed_at is null)),
  constraint opportunity_money check ((amount is null) = (currency is null) and amount >= 0)
);
create unique index opportunity_external_id_unique on opportunity (external_id) where external_id <> '';
-- The board: columns with sums from the index alone, cards in their order.
create index opportunity_board on opportunity (stage_id, state, stage_entered_at, id)
  include (amount, currency, owner_id, branch_id);
create index opportunity_decided on opportunity (pipeline_id, state, closed_at) include (amount, currency, owner_id, branch_id);
-- Funnel: by the day of opening.
create index opportunity_opened on opportunity (pipeline_id, opened_at);
-- Lists: a filter and the default order each, then the other orders.
create index opportunity_created on opportunity (created_at, id);
create index opportunity_state_created on opportunity (state, created_at, id);
create index opportunity_owner_created on opportunity (owner_id, created_at, id);
create index opportunity_branch_created on opportunity (branch_id, created_at, id);
create index opportunity_counterparty on opportunity (counterparty_id, created_at, id);
create index opportunity_request on opportunity (request_id) where request_id is not null;
create index opportunity_product on opportunity (product, created_at, id) where product <> '';
create index opportunity_open_time on opportunity (opened_at, id);
create index opportunity_close_time on opportunity ((coalesce(closed_at, 'infinity'::timestamptz)), id);
create index opportunity_state_close_time on opportunity (state, (coalesce(closed_at, 'infinity'::timestamptz)), id);
create index opportunity_close_date on opportunity ((coalesce(expected_close_date, 'infinity'::date)), id);
create index opportunity_amount on opportunity ((coalesce(amount, 0::numeric)), id);
create index opportunity_title on opportunity (title, id);

-- The true history: a row a stay, written in the transaction of the move.
create table stay (
  id bigint generated always as identity primary key,
  opportunity_id uuid not null references opportunity on delete cascade,
  stage_id uuid not null references stage,
  state text not null,
  entered_at timestamptz not null,
  left_at timestamptz,
  actor_id uuid,
  constraint stay_state check (state in ('open', 'won', 'lost')),
  constraint stay_order check (left_at >= entered_at)
);
create index stay_of on stay (opportunity_id, id) include (stage_id, state, entered_at, left_at);
create index stay_stage on stay (stage_id);
create unique index stay_present on stay (opportunity_id) where left_at is null;
