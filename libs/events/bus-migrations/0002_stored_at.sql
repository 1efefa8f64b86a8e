-- When the bus took an event; `time` in an event is when the thing itself happened. Rows that are there get the moment of
-- this migration in one step, new ones the moment after the publisher got its turn: the order of seq.
alter table bus_log add column stored_at timestamptz not null default now();
alter table bus_log alter column stored_at set default clock_timestamp();
