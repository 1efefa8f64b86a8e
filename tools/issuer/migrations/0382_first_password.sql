-- SHA-256 of what set-up stored as the password: so it is known whether it is still that one.
alter table users add column first_password text;
update users set first_password = encode(sha256(convert_to(password, 'UTF8')), 'hex') where password is not null;
