-- Up Migration

-- What the journal of sign-ins is told, the audit log is told too, in the same transaction and with the id of the entry: the
-- journal is what one works with, the log is what nobody changes. In the form of vitrylo.audit.v1.AuditFact.
create function sign_in_told() returns trigger language plpgsql as $$
begin
  insert into outbox (event_id, topic, key, type, time, revision, data, headers)
  values (
    new.id, 'vitrylo.audit.fact.v1', 'sessions/' || coalesce(new.session_id, new.id), 'vitrylo.audit.v1.AuditFact', new.at,
    (extract(epoch from new.at) * 1000)::bigint,
    jsonb_strip_nulls(jsonb_build_object(
      'kind', case when new.kind = 'refused' then 'AUDIT_KIND_REFUSAL' else 'AUDIT_KIND_SESSION' end, 'section', 'sessions', 'action', new.kind,
      'method', 'Session.' || new.kind, 'recordId', new.session_id, 'sessionId', new.session_id, 'actorId', coalesce(new.by_id, new.employee_id),
      'username', coalesce(nullif(new.by_username, ''), new.username), 'address', new.address, 'reason', new.reason, 'count', 1, 'ownerId', new.employee_id,
      'branchId', (select e.branch_id from rights_employee e where e.id = new.employee_id), 'detail', jsonb_build_object('username', new.username, 'agent', new.agent)::text)),
    '{"section": "audit"}'
  );
  return null;
end $$;
create trigger sign_in_entry_told after insert on sign_in_entry for each row execute function sign_in_told();
