-- Up Migration
-- When the run under way began: what a night takes at most is counted here, whichever process carries it out, and goes on after one that died.
alter table retention_rule add column begun_at timestamptz;
