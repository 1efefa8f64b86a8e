-- Up Migration
create table staff_position (
  id uuid primary key,
  name_uk text collate "uk-UA-x-icu" not null,
  name_en text not null,
  archived boolean not null,
  revision bigint not null,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create unique index staff_position_name_unique on staff_position (lower(name_uk));
create unique index staff_position_english_unique on staff_position (lower(name_en));
create index staff_position_name on staff_position (name_uk, id);
alter table employee
  add column position_id uuid references staff_position,
  add column hired_date date,
  add column left_date date,
  add constraint employee_dates check (hired_date <= left_date);
create index employee_position on employee (position_id);
create index employee_hired on employee (hired_date, id);
create index employee_left on employee (left_date, id);
-- Whom their last day of work has yet to shut out.
create index employee_leaving on employee (left_date) where not disabled;
alter table department add column head_id uuid references employee;
create index department_head on department (head_id);
