-- The link that was used or has ended: it does nothing, and the journal knows whose it was. Another hash than `token_hash`: a newer one took its place.
alter table invitations add column ended_hash text;

create or replace function password_was_set() returns trigger language plpgsql as $$
begin
  new.password_revision := old.password_revision + 1;
  -- A release before this one looks at the time alone.
  update invitations set ended_hash = token_hash, expires_at = least(expires_at, now()) where employee_id = new.employee_id and ended_hash is distinct from token_hash;
  return new;
end $$;
