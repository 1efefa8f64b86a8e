-- Up Migration
alter table branch
  add column requisites jsonb not null default '{}',
  add column currency text not null default '',
  add column numbering_prefix text not null default '';
create unique index branch_numbering_prefix_unique on branch (numbering_prefix) where numbering_prefix <> '';
create index branch_currency on branch (currency, id);
