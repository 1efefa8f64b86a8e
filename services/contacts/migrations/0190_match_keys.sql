-- Up Migration
-- How much of the trigrams and keys is gathered before it is sorted in: little beside searches, which look through it;
-- an import, which writes by the thousand, takes more for itself (libs/imports/src/saver.ts).
-- Only the owner of a database may say so for all of it; where we are not, the index keeps the limit that it has.
do $$ begin
  execute format('alter database %I set gin_pending_list_limit = 128', current_database());
  alter index counterparty_search reset (gin_pending_list_limit);
exception when insufficient_privilege then
  null;
end $$;
-- Keys of duplicates are asked for seldom and written with every record.
alter index counterparty_match_keys set (gin_pending_list_limit = 1024);
alter index contact_person_match_keys set (gin_pending_list_limit = 1024);
