-- Up Migration
-- The next end of what is shared with a holder, found without looking through all their ends.
create index record_share_end on record_share (holder, until_at) where until_at is not null;
