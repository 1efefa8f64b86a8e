-- Up Migration
-- Calls of persons who were erased are known again by the keys of their legs: an exchange sends its own journal of them later.
create index call_erased_legs on call using gin ((facts->'legKeys')) where erased;
