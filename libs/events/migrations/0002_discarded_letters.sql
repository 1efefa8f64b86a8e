-- Somebody decided that the event is not to be applied. The row stays for a while, to tell who looks for it later.
alter table dead_letter add column discarded_at timestamptz, add column discard_reason text;
