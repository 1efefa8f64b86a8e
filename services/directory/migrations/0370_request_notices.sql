-- Up Migration
-- What a request is known by that nobody has given a subject: each reader is told as much of it as they may see.
alter table notification
  add column number text not null default '',
  add column missed_call boolean not null default false,
  add column counterparty_name text not null default '';
