-- Up Migration
-- A hold may be on a contact person alone.
alter table held_party alter column counterparty_id drop not null;
alter table held_party add column contact_person_id uuid;
