-- Up Migration
-- Records of nobody known that a service has found to be the person's: an erasure names them by their ids.
alter table subject_answer add column record_ids uuid[] not null default '{}';
