alter table users
  -- How many passwords this user has had: a session is kept only while the password that opened it is the present one.
  add column password_revision int not null default 0,
  -- SHA-256 of the link (256 random bits) by which the employee sets a password once; a newer link takes its place.
  add column invitation_hash text,
  add column invitation_expires_at timestamptz;
create unique index users_invitation on users (invitation_hash) where invitation_hash is not null;

-- Whoever sets it, also by hand, ends what an earlier password has opened and a link that was on its way.
create function password_was_set() returns trigger language plpgsql as $$
begin
  new.password_revision := old.password_revision + 1;
  new.invitation_hash := null;
  new.invitation_expires_at := null;
  return new;
end $$;
create trigger users_password_was_set before update on users
  for each row when (new.password is distinct from old.password) execute function password_was_set();
