-- Up Migration
-- What was told last of the shares of a record, also of one that nobody is let in to any more: an event that comes late brings none of them back.
create table record_share_revision (
  section text not null,
  record_id uuid not null,
  revision bigint not null,
  primary key (section, record_id)
);
-- Moves on with what is shared with a holder: who reads live reads anew, once for however many records.
create table share_holder (
  holder text primary key,
  version bigint not null
);
insert into share_holder (holder, version) select distinct holder, 1 from record_share;
