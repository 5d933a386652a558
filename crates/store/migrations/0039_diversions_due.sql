-- Cases that are checked, by when they are due.
create index diversions_due on diversions (enterprise_id, state, due_at);
