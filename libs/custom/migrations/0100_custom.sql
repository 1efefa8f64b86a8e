-- Up Migration
-- Casts of texts to days and of JSON to arrays depend on settings, or hide a subquery: an index needs these two instead.
-- What is stored was checked before, so that they meet only days and lists of words.
create function custom_day(value text) returns date immutable strict parallel safe language sql
  as $$ select make_date(substr(value, 1, 4)::int, substr(value, 6, 2)::int, substr(value, 9, 2)::int) $$;
create function custom_words(value jsonb) returns text[] immutable strict parallel safe language sql
  as $$ select array(select jsonb_array_elements_text(value)) $$;
-- What was last told of the index of a field.
create table custom_index_told (
  field_id uuid primary key,
  wanted text not null,
  ready boolean not null,
  problem text not null,
  -- How often: the revision of what is told.
  told bigint not null
);
