-- Up Migration

alter table custom_field add column sensitive boolean not null default false;

-- The audit log. `no` is the place in the chain, from 1 without gaps; `hash` links an entry to the one before. What stands
-- here is only ever added.
create table audit_entry (
  no bigint primary key,
  id uuid not null unique,
  at timestamptz not null,
  kind text not null,
  section text not null,
  action text not null,
  method text not null,
  record_id text not null,
  record_ids text[],
  actor_id uuid,
  username text not null,
  client text not null,
  session_id uuid,
  address text not null,
  ground jsonb,
  reason text not null,
  times int not null,
  fields text[] not null,
  before_hash text not null,
  after_hash text not null,
  branch_id uuid,
  owner_id uuid,
  detail_digest bytea,
  hash bytea not null
);
create index audit_entry_at on audit_entry (at, id);
create index audit_entry_actor on audit_entry (actor_id, at, id);
create index audit_entry_record on audit_entry (record_id, at, id) where record_id <> '';
create index audit_entry_records on audit_entry using gin (record_ids) where record_ids is not null;
create index audit_entry_section on audit_entry (section, at, id);
create index audit_entry_branch on audit_entry (branch_id, at, id);
create index audit_entry_kind on audit_entry (kind, at, id) where kind <> 'write';

-- What may be personal stands outside of the chain, which holds only the digest of it and of a salt: when a person is erased
-- both are emptied, and nothing can be tried against the digest.
create table audit_detail (
  no bigint primary key,
  salt bytea,
  content text
);

-- Where the chain begins since its oldest entries were cut off: the hash of the last one that went.
create table audit_anchor (
  no bigint primary key,
  hash bytea not null,
  cut_at timestamptz not null
);

-- The end of the chain, and how far it was looked through. A pointer: what it says is compared with the entries.
create table audit_head (
  one boolean primary key default true check (one),
  no bigint not null,
  hash bytea not null,
  at timestamptz,
  verified_no bigint not null default 0,
  verified_at timestamptz,
  problem text not null default ''
);
insert into audit_head (no, hash) values (0, '');

create function audit_only_grows() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' and tg_level = 'ROW' then
    if old.no <= coalesce((select max(a.no) from audit_anchor a), 0) then
      return old;
    end if;
  end if;
  raise exception 'the audit log only grows' using errcode = 'insufficient_privilege';
end $$;

-- Emptied is the only way in which a detail changes.
create function audit_detail_only_empties() returns trigger language plpgsql as $$
begin
  if new.no = old.no and new.salt is null and new.content is null then
    return new;
  end if;
  raise exception 'the audit log only grows' using errcode = 'insufficient_privilege';
end $$;

create trigger audit_entry_grows before update or delete on audit_entry for each row execute function audit_only_grows();
create trigger audit_entry_stays before truncate on audit_entry for each statement execute function audit_only_grows();
create trigger audit_detail_empties before update on audit_detail for each row execute function audit_detail_only_empties();
create trigger audit_detail_goes before delete on audit_detail for each row execute function audit_only_grows();
create trigger audit_detail_stays before truncate on audit_detail for each statement execute function audit_only_grows();
create trigger audit_anchor_stays before update or delete or truncate on audit_anchor for each statement execute function audit_only_grows();
-- Also for sessions that replay the changes of another server.
alter table audit_entry enable always trigger audit_entry_grows, enable always trigger audit_entry_stays;
alter table audit_detail enable always trigger audit_detail_empties, enable always trigger audit_detail_goes, enable always trigger audit_detail_stays;
alter table audit_anchor enable always trigger audit_anchor_stays;
