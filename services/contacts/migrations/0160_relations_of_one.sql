-- Up Migration

-- The relations of one counterparty, the latest first: a hub has tens of thousands.
create index relation_from_created on relation (from_id, created_at desc, id desc);
create index relation_to_created on relation (to_id, created_at desc, id desc);

-- How often a search was taken up in vain since its last step.
alter table duplicate_search add column tries int not null default 0;
