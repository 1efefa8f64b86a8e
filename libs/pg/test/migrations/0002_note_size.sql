alter table note add column size bigint not null default 9007199254740991;
