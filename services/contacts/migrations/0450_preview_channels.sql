-- Up Migration
-- By which phones and addresses a preview has asked, as digests: when it is carried out they have to be nobody else's still.
alter table subject_request add column channels text[] not null default '{}';
