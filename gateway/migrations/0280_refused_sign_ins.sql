-- Up Migration

-- Refusals that the issuer tells of. Of a guess it is not known who made it: the name is of the account that was tried.
alter table sign_in_entry add column guess boolean not null default false;
alter table sign_in_entry add column client_id text not null default ''; -- a program that did not prove who it is
alter table sign_in_entry add column count int not null default 1; -- of refusals of one address that are told as a number
create index sign_in_entry_refused on sign_in_entry (reason, at, id) where kind = 'refused';

-- As before, but nobody is named as who made a guess; whose account it was stands beside.
create or replace function sign_in_told() returns trigger language plpgsql as $$
begin
  insert into outbox (event_id, topic, key, type, time, revision, data, headers)
  values (
    new.id, 'vitrylo.audit.fact.v1', 'sessions/' || coalesce(new.session_id, new.id), 'vitrylo.audit.v1.AuditFact', new.at,
    (extract(epoch from new.at) * 1000)::bigint,
    jsonb_strip_nulls(jsonb_build_object(
      'kind', case when new.kind = 'refused' then 'AUDIT_KIND_REFUSAL' else 'AUDIT_KIND_SESSION' end, 'section', 'sessions', 'action', new.kind,
      'method', 'Session.' || new.kind, 'recordId', new.session_id, 'sessionId', new.session_id,
      'actorId', case when not new.guess then coalesce(new.by_id, new.employee_id) end,
      'username', case when not new.guess then coalesce(nullif(new.by_username, ''), new.username) end, 'client', nullif(new.client_id, ''),
      'address', new.address, 'reason', new.reason, 'count', new.count, 'ownerId', new.employee_id,
      'branchId', (select e.branch_id from rights_employee e where e.id = new.employee_id), 'detail', jsonb_build_object('username', new.username, 'agent', new.agent)::text)),
    '{"section": "audit"}'
  );
  return null;
end $$;
