-- Of the employee, as told last: what comes late opens no account again. Null until the directory tells.
alter table users add column employee_revision bigint;
