-- Up Migration
-- Persons that were erased: ids and nothing else. What comes later of them is not kept, after a restore they are erased again.
create table erased_subject (
  id uuid primary key,
  kind text not null,
  request_id uuid not null,
  counterparty_ids uuid[] not null,
  contact_person_ids uuid[] not null,
  record_ids uuid[] not null,
  erased_at timestamptz not null,
  -- Null: entered from the register of a restore, and not carried out yet.
  applied_at timestamptz,
  -- When what was kept for a time was erased too.
  released_at timestamptz,
  constraint erased_subject_kind check (kind in ('counterparty', 'contact-person'))
);
create index erased_subject_pending on erased_subject (id) where applied_at is null;
create index erased_subject_held on erased_subject (erased_at) where released_at is null;

-- Under which ids they may come again.
create table erased_id (
  id uuid primary key,
  subject_id uuid not null references erased_subject on delete cascade
);
create index erased_id_subject on erased_id (subject_id);
