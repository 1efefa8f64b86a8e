-- Up Migration
-- What groups take away of fields.
create table field_limit (
  id uuid primary key,
  group_id uuid not null constraint field_limit_group_id_fkey references user_group on delete cascade,
  section text not null,
  field text not null,
  kind text not null constraint field_limit_kind check (kind in ('hide', 'read-only')),
  yields boolean not null,
  from_at timestamptz,
  until_at timestamptz,
  constraint field_limit_span check (from_at < until_at),
  constraint field_limit_unique unique nulls not distinct (group_id, section, field, kind, yields, from_at, until_at)
);
