create table applied (
  id bigint generated always as identity primary key,
  consumer text not null,
  key text not null,
  revision bigint not null,
  n bigint not null
);
