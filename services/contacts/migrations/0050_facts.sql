-- Up Migration
alter table counterparty
  add column tax_country text not null default '',
  add column do_not_call boolean not null default false,
  add column do_not_write boolean not null default false,
  add column caretakers jsonb not null default '[]',
  add column interests jsonb not null default '[]';

-- One tag is written in one way from now on.
update counterparty c set tags = n.tags
from (
  select k.id, array_agg(k.tag order by k.ordinal) as tags
  from (
    select id, tag, min(ordinal) as ordinal
    from counterparty, unnest(tags) with ordinality as given (raw, ordinal),
      lateral (select lower(btrim(regexp_replace(regexp_replace(raw, '^[#[:space:]]+', ''), '[[:space:]]+', ' ', 'g'))) as tag) one
    where tag <> '' group by id, tag
  ) k group by k.id
) n where n.id = c.id and n.tags <> c.tags;

-- The tag cloud reads this and no row of the table.
create index counterparty_tagged on counterparty (branch_id, responsible_id) include (tags) where tags <> '{}' and deleted_at is null;
