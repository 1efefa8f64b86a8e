-- Up Migration

-- What one employee wrote to others; it comes to each of them as a notification.
create table message (
  id uuid primary key,
  text text not null,
  sender_id uuid references employee on delete set null,
  -- Of the sender, at that time: whoever manages messages of a branch goes on seeing those of who has left.
  branch_id uuid,
  employee_id uuid,
  group_name text,
  to_branch_id uuid,
  everybody boolean not null,
  must_read boolean not null,
  recipient_count int not null,
  created_at timestamptz not null,
  expires_at timestamptz,
  constraint message_one_audience check (num_nonnulls(employee_id, group_name, to_branch_id) + everybody::int = 1)
);
create index message_created on message (created_at, id);
create index message_sender on message (sender_id, created_at, id);

create table notification (
  id uuid primary key default uuidv7(),
  employee_id uuid not null references employee on delete cascade,
  kind text not null,
  title text not null,
  section text not null default '',
  record_id uuid,
  -- Where the record was: who does not reach it any more is not told its title.
  branch_id uuid,
  due_at timestamptz,
  sender_id uuid,
  message_id uuid references message on delete cascade,
  must_read boolean not null default false,
  in_client boolean not null,
  created_at timestamptz not null,
  read_at timestamptz,
  expires_at timestamptz
);
create index notification_employee on notification (employee_id, created_at, id);
create index notification_unread on notification (employee_id) where read_at is null;
create index notification_message on notification (message_id, employee_id, id);
create index notification_message_read on notification (message_id) where read_at is not null;
create index notification_created on notification (created_at);

-- Where an employee is told of a kind; without a row: in the client, not by mail.
create table notification_choice (
  employee_id uuid not null references employee on delete cascade,
  kind text not null,
  in_client boolean not null,
  by_mail boolean not null,
  primary key (employee_id, kind)
);
