-- Up Migration
alter table rights_branch add column numbering_prefix text not null default '';
