-- Readiness and metrics count them every few seconds. Almost none there are, beside a table that a large import or a bus that is
-- away fills with hundreds of thousands of rows and of dead ones.
create index outbox_parked on outbox (id) where parked_error is not null;
