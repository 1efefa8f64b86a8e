-- Up Migration
-- A call of a person who was erased: figures without whose they are. What its exchange tells of it later does not bring the number back.
alter table call add column erased boolean not null default false;

create function nameless_call(facts jsonb) returns jsonb immutable language sql as $$
  -- What is not named here is taken away: figures, and who of the firm took part.
  select coalesce((select jsonb_object_agg(key, value) from jsonb_each(facts) where key in (
    'id', 'legKeys', 'providerKey', 'pbxId', 'direction', 'origin', 'state', 'withheld', 'line', 'queues', 'agentsRung', 'ownerAgent', 'initiator', 'offers', 'startTime', 'answerTime', 'endTime',
    'waitSeconds', 'talkSeconds', 'holdSeconds', 'holdCount', 'disposition', 'cause', 'endedBy', 'certainty')), '{}') || jsonb_build_object(
    'customerNumber', null, 'customerNumberRaw', '', 'customerName', '', 'transfers', '[]'::jsonb,
    -- The side that is no employee is the customer, under their number.
    'answeredBy', case when facts->'answeredBy'->>'employeeId' is null then 'null'::jsonb else facts->'answeredBy' end,
    'segments', coalesce((select jsonb_agg(s) from jsonb_array_elements(coalesce(facts->'segments', '[]')) s where s->>'employeeId' is not null), '[]')
  )
$$;

create function call_stays_erased() returns trigger language plpgsql as $$
begin
  new.customer_number := '';
  new.matches := '[]';
  new.facts := nameless_call(new.facts);
  new.erased := true;
  return new;
end $$;
create trigger call_stays_erased before update on call for each row when (old.erased) execute function call_stays_erased();
