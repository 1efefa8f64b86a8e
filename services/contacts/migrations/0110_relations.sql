-- Up Migration
-- Days that overlap are refused by the database, whoever writes at once.
create extension if not exists btree_gist;

create table relation_kind (
  id uuid primary key default uuidv7(),
  -- What the first end is to the second, and the second to the first.
  from_uk text collate "uk-UA-x-icu" not null,
  from_en text not null,
  to_uk text not null,
  to_en text not null,
  -- The picture it is drawn in: organisation, referral, or none.
  chart text not null default '',
  mutual boolean not null default false,
  archived boolean not null default false,
  revision bigint not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint relation_kind_chart check (chart in ('', 'organisation', 'referral') and not (mutual and chart <> '')),
  -- Relations bear both facts, so that constraints can go by them; here they cannot change any more.
  constraint relation_kind_facts unique (id, chart, mutual)
);
create index relation_kind_name on relation_kind (from_uk, id);

insert into relation_kind (from_uk, to_uk, from_en, to_en, chart, mutual) values
  ('Материнська компанія', 'Дочірня компанія', 'Parent company', 'Subsidiary', 'organisation', false),
  ('Головна організація', 'Підрозділ', 'Head organisation', 'Division', 'organisation', false),
  ('Джерело рекомендації', 'За рекомендацією', 'Referred by', 'Referred', 'referral', false),
  ('Постачальник', 'Покупець', 'Supplier', 'Customer', '', false),
  ('Поручитель', 'Боржник', 'Guarantor', 'Debtor', '', false),
  ('Роботодавець', 'Працівник', 'Employer', 'Employee', '', false),
  ('Засновник', 'Заснована організація', 'Founder', 'Founded organisation', '', false),
  ('Партнер', 'Партнер', 'Partner', 'Partner', '', true),
  ('Конкурент', 'Конкурент', 'Competitor', 'Competitor', '', true),
  ('Подружжя', 'Подружжя', 'Spouse', 'Spouse', '', true);

create table relation (
  id uuid primary key,
  kind_id uuid not null,
  chart text not null,
  mutual boolean not null,
  from_id uuid not null references counterparty,
  to_id uuid not null references counterparty,
  start_on date,
  end_on date,
  note text not null,
  revision bigint not null,
  created_at timestamptz not null,
  created_by text not null,
  updated_at timestamptz not null,
  updated_by text not null,
  constraint relation_kind_known foreign key (kind_id, chart, mutual) references relation_kind (id, chart, mutual),
  constraint relation_ends check (from_id <> to_id),
  constraint relation_span check (end_on >= start_on),
  -- Two stand in a relation once at a time; of a mutual kind whichever of them is named first.
  constraint relation_once exclude using gist (
    kind_id with =,
    (case when mutual then least(from_id, to_id) else from_id end) with =,
    (case when mutual then greatest(from_id, to_id) else to_id end) with =,
    daterange(start_on, end_on, '[]') with &&
  ),
  constraint relation_one_above exclude using gist (to_id with =, daterange(start_on, end_on, '[]') with &&) where (chart = 'organisation')
);
create index relation_from on relation (from_id, chart, to_id);
create index relation_to on relation (to_id, chart, from_id);
create index relation_of_kind on relation (kind_id, id);
create index relation_created on relation (created_at desc, id desc);
create index relation_start on relation ((coalesce(start_on, '-infinity'::date)), id);

-- Nobody stands above themselves on any day. Of two who would close a circle together the second one waits for the lock
-- and then sees what the first one wrote. In the database, because a merge writes relations too.
create function relation_acyclic() returns trigger language plpgsql as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('organisation_chart', 110));
  if exists (
    with recursive above as (
      select new.from_id as id, daterange(new.start_on, new.end_on, '[]') as days
      union
      select r.from_id, a.days * daterange(r.start_on, r.end_on, '[]')
      from above a join relation r on r.to_id = a.id and r.chart = 'organisation' and r.id <> new.id and a.days && daterange(r.start_on, r.end_on, '[]')
    )
    select from above where id = new.to_id
  ) then
    raise exception 'the organisation chart would have a circle' using errcode = 'check_violation', constraint = 'relation_acyclic', table = 'relation';
  end if;
  return null;
end $$;
create trigger relation_acyclic after insert or update of from_id, to_id, start_on, end_on on relation for each row
  when (new.chart = 'organisation') execute function relation_acyclic();
