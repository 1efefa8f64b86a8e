-- Up Migration
alter table branch add column calendar jsonb;
