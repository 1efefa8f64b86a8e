-- Up Migration
-- Of the newest link for a password: somebody gave it who does not manage rights, so that it was judged. It ends when its employee may do more.
alter table employee add column invitation_judged boolean not null default false;
