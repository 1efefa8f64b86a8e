-- As whom the employee was judged when the link was given: with other groups or in another branch they may do more than its maker. Null: not known.
alter table invitations add column judged_groups text[], add column judged_branch_id uuid;
-- Of the directory; null until it tells.
alter table users add column branch_id uuid;
