-- Up Migration
-- Takes no new opportunities; the release before writes none and reads none.
alter table pipeline add column archived boolean not null default false;
