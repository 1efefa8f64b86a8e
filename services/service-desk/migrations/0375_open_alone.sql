-- Up Migration
-- An open request is not marked as the same as another. In the database, because the release before this one opens again without knowing of it.
create function request_stands_alone() returns trigger language plpgsql as $$
begin
  new.same_as_id := null;
  return new;
end $$;
create trigger request_open_alone before update on request for each row
  when (new.state <> 'closed' and new.same_as_id is not null) execute function request_stands_alone();
update request set state = state where same_as_id is not null and state <> 'closed';
