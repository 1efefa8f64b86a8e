-- Up Migration
-- Who named the call, where it was not the exchange: whether they reach it is known when the call ends.
alter table request add column call_given_by uuid;
