-- Up Migration
-- Filters by related records: open opportunities of more than so much, in a branch.
create index related_record_amount on related_record (section, state, amount) include (counterparty_id, branch_id, owner_id, currency);
create index related_record_due on related_record (section, state, due_at) include (counterparty_id, branch_id, owner_id);
-- Who was in touch lately; the rest of a filter is asked of these few.
create index timeline_contact on timeline (at, counterparty_id)
  where kind in ('call-ended', 'request-registered', 'interaction-held');
-- Orders of the list.
create index counterparty_size on counterparty (size, id) where deleted_at is null;
create index counterparty_birthday on counterparty ((coalesce(birthday, 'infinity'::date)), id) where deleted_at is null;
