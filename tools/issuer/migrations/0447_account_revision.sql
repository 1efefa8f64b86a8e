-- What was told last of an integration account: what comes late gives no key back.
create table integration_revisions (
  account_id uuid primary key, -- of the directory
  revision bigint not null
);
