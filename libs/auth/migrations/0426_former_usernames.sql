-- Up Migration
-- Names at sign-in that employees had: who is renamed or removed may still bear a token, or an account, of that name. None is taken out: a name that
-- somebody was given again is found among the employees first.
create table rights_former_username (
  username text primary key
);
insert into rights_former_username select distinct lower(username) from rights_employee where deleted and username is not null;
