-- Up Migration
-- Requests of a person: those that name them, and those of an unknown sender who gave their phone or mail address. By indexes alone.
create index request_contact_person on request (contact_person_id) where contact_person_id is not null;
create index request_unknown_phone on request (phone) where counterparty_id is null and contact_person_id is null and phone <> '';
create index request_unknown_sender on request (lower(sender_name)) where counterparty_id is null and contact_person_id is null and sender_name <> '';
