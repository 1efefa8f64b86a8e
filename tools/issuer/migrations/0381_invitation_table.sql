-- A link may come to be known before the employee whose it is: it waits in a table of its own.
create table invitations (
  employee_id uuid primary key, -- of the directory; a newer link takes the place of the one before
  token_hash text not null unique, -- SHA-256 of 256 random bits
  revision bigint not null, -- when the directory made it: an older one that comes late replaces none
  expires_at timestamptz not null
);
create index invitations_expiry on invitations (expires_at);

create or replace function password_was_set() returns trigger language plpgsql as $$
begin
  new.password_revision := old.password_revision + 1;
  delete from invitations where employee_id = new.employee_id;
  return new;
end $$;
-- No release has written them.
alter table users drop column invitation_hash, drop column invitation_expires_at;
