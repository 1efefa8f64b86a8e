-- Up Migration
-- Of the record, as told last: what comes late moves no notice back to who had the record before. 0: not known.
alter table notification add column record_revision bigint not null default 0;
