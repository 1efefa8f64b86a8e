-- Up Migration
-- When a branch works: {"timeZone": "Europe/Kyiv", "week": [[{"from": 540, "until": 780}], …], "exceptions": [{"date": "2026-12-25", "shifts": []}]}
alter table rights_branch add column calendar jsonb;
