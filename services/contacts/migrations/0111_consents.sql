-- Up Migration
create table consent_purpose (
  id uuid primary key default uuidv7(),
  name_uk text collate "uk-UA-x-icu" not null,
  name_en text not null,
  archived boolean not null default false,
  version int not null default 1,
  revision bigint not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index consent_purpose_name on consent_purpose (name_uk, id);

-- What exactly was agreed to must be shown years later.
create table consent_text (
  purpose_id uuid not null references consent_purpose,
  version int not null,
  text_uk text not null,
  text_en text not null,
  created_at timestamptz not null default now(),
  created_by text not null,
  primary key (purpose_id, version)
);
create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is only added to', tg_table_name using errcode = 'restrict_violation';
end $$;
create trigger consent_text_stays before update or delete on consent_text for each row execute function refuse_change();

create table consent (
  id uuid primary key,
  counterparty_id uuid not null references counterparty,
  purpose_id uuid not null,
  version int not null,
  source text not null,
  given_at timestamptz not null,
  evidence text not null,
  created_at timestamptz not null,
  created_by text not null,
  withdrawn_at timestamptz,
  withdrawal_source text not null default '',
  withdrawal_evidence text not null default '',
  withdrawal_by text not null default '',
  superseded_at timestamptz,
  constraint consent_text_known foreign key (purpose_id, version) references consent_text (purpose_id, version),
  constraint consent_span check (withdrawn_at >= given_at)
);
create index consent_counterparty on consent (counterparty_id, purpose_id, given_at desc);
create index consent_given on consent (given_at desc, id desc);
create index consent_created on consent (created_at desc, id desc);
create index consent_purpose_given on consent (purpose_id, given_at desc, id desc);
create index consent_withdrawn on consent (withdrawn_at) where withdrawn_at is not null;

-- An entry ends once; everything else in it stays as it was entered. A merge gives it to another counterparty.
create function consent_stays() returns trigger language plpgsql as $$
begin
  if (new.id, new.purpose_id, new.version, new.source, new.given_at, new.evidence, new.created_at, new.created_by)
      is distinct from (old.id, old.purpose_id, old.version, old.source, old.given_at, old.evidence, old.created_at, old.created_by)
    or (old.withdrawn_at is not null and (new.withdrawn_at, new.withdrawal_source, new.withdrawal_evidence, new.withdrawal_by)
      is distinct from (old.withdrawn_at, old.withdrawal_source, old.withdrawal_evidence, old.withdrawal_by))
    or (old.superseded_at is not null and new.superseded_at is distinct from old.superseded_at) then
    raise exception 'an entry of the register of consents is not changed' using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger consent_stays before update on consent for each row execute function consent_stays();
