-- Up Migration
alter table counterparty add column erased_at timestamptz;
-- An erasure looks for entries on a person wherever they stand.
create index timeline_person on timeline (record_id) where section = 'contact-persons';

-- Journal of what data subjects asked for. No name stands here: it is that of the record, while there is one.
create table subject_request (
  id uuid primary key,
  kind text not null,
  state text not null,
  subject_kind text not null,
  subject_id uuid not null,
  -- {"kind", "id", "counterpartyIds", …}: everybody who was meant when it was asked, or erased.
  subject jsonb not null,
  ground text not null,
  actor text not null,
  -- Of the counterparty at that time.
  branch_id uuid,
  owner_id uuid,
  created_at timestamptz not null,
  ready_at timestamptz,
  expires_at timestamptz,
  erased_at timestamptz,
  erased_event_id uuid,
  done_at timestamptz,
  constraint subject_request_kind check (kind in ('file', 'erasure')),
  constraint subject_request_state check (state in ('collecting', 'ready', 'erasing', 'done', 'expired'))
);
create index subject_request_created on subject_request (created_at desc, id desc);
create index subject_request_branch on subject_request (branch_id, created_at desc, id desc);
create index subject_request_owner on subject_request (owner_id, created_at desc, id desc);
create index subject_request_subject on subject_request (subject_id);
create index subject_request_expiring on subject_request (expires_at) where state in ('collecting', 'ready');
create index subject_request_erasing on subject_request (erased_at) where state = 'erasing';

create table subject_answer (
  request_id uuid not null references subject_request on delete cascade,
  service text not null,
  collected_at timestamptz,
  erased_at timestamptz,
  erased_event_id uuid,
  places jsonb not null default '[]',
  primary key (request_id, service)
);

-- What goes into the file, as services tell it; it leaves with the file.
create table subject_part (
  request_id uuid not null references subject_request on delete cascade,
  service text not null,
  number int not null,
  content text not null,
  primary key (request_id, service, number)
);
