-- Up Migration
-- The signature of the end of the chain, with the place and the hash that it is over: a release without a key goes on behind it.
alter table audit_head add column signed_no bigint, add column signed_hash bytea, add column signed_key text not null default '', add column signature bytea;
