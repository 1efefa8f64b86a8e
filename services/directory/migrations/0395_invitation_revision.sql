-- Up Migration
-- Of the newest link for a password: the moment it was made, in milliseconds, or one more than the one before if the clock went back.
alter table employee add column invitation_revision bigint not null default 0;
