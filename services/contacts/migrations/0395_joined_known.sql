-- Up Migration
-- Entries of the release before tell the other request by its number alone; without its id it would be named to nobody.
update timeline t set data = t.data || jsonb_build_object('sameAsId', k.id)
from related_record k
where t.kind = 'request-closed' and t.data ? 'sameAs' and not t.data ? 'sameAsId' and k.section = 'requests' and k.number = t.data ->> 'sameAs';
