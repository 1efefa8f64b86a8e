-- Up Migration
-- A queue that requests came through keeps its name: in the journal it is what was, and a rename would write every request of years anew.
-- The rows there are fit already, so they are not read again.
alter table request drop constraint request_queue_fkey, add constraint request_queue_fkey foreign key (queue) references queue (name) not valid;
