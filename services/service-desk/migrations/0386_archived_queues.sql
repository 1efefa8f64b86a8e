-- Up Migration
-- A queue that no request comes through any more; those that did keep it.
alter table queue add column archived boolean not null default false;
