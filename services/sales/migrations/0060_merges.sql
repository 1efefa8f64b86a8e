-- Up Migration
-- Whose it was told to be, where that one was merged since; the functions are of libs/service (merges.ts).
alter table opportunity add column origin_id uuid;
create index opportunity_origin on opportunity (origin_id) where origin_id is not null;
create trigger opportunity_new_party before insert on opportunity for each row
  when (new.counterparty_id is not null) execute function follow_party();
create trigger opportunity_other_party before update of counterparty_id on opportunity for each row
  when (new.counterparty_id is not null and new.counterparty_id is distinct from old.counterparty_id) execute function follow_party();
create trigger opportunity_no_party before update of counterparty_id on opportunity for each row
  when (new.counterparty_id is null and old.counterparty_id is not null) execute function leave_party();
