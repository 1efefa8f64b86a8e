-- SHA-256 of what set-up stored as the password: so it is known whether it is still that one. Null, and not known, of who was there before.
alter table users add column first_password text;
