-- Up Migration

-- Cards of address books. Under which name and UID somebody's program has put a card: names are of one person, since everybody's books have
-- addresses of their own. A row may outlive its record: then it names nothing, until the program puts a card there again.
create table card_name (
  employee_id uuid not null,
  kind text not null,
  record_id uuid not null,
  name text not null,
  uid text not null,
  primary key (employee_id, kind, record_id),
  constraint card_name_unique unique (employee_id, kind, name),
  constraint card_uid_unique unique (employee_id, kind, uid)
);
create index card_name_record on card_name (kind, record_id);

-- What programs say of a record that it has no field for, as they said it: it goes with the record, whoever reads the card.
create table card_extra (
  kind text not null,
  record_id uuid not null,
  uid text not null,
  lines text[] not null,
  revision int not null,
  primary key (kind, record_id)
);

-- What somebody's programs were told of a book, by the token that they hold: names and etags, deflated.
create table card_state (
  employee_id uuid not null,
  book text not null,
  token text not null,
  told bytea not null,
  at timestamptz not null,
  primary key (employee_id, book, token)
);
create index card_state_at on card_state (at);

-- A record that is gone takes what was kept beside it along, whatever removed it.
create function card_forgotten() returns trigger language plpgsql as $$
begin
  delete from card_extra where kind = tg_argv[0] and record_id = old.id;
  delete from card_name where kind = tg_argv[0] and record_id = old.id;
  return null;
end $$;
create trigger counterparty_card after delete on counterparty for each row execute function card_forgotten('counterparties');
create trigger contact_person_card after delete on contact_person for each row execute function card_forgotten('contact-persons');
