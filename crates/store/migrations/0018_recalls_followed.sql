-- When a recall is to be located anew, since something touched it; how often that was, and how long
-- the last look took. Since when it cannot be located anew as a whole, and why.
alter table recalls add column due_at bigint;
alter table recalls add column n_touched bigint not null default 0;
alter table recalls add column look_us bigint not null default 0;
alter table recalls add column failed_at bigint;
alter table recalls add column failed_for bigint;
create index recalls_due on recalls (state, due_at);

-- Further goods that strangers tell of: 0 there is nothing to decide, 1 asked, 2 accepted, 3
-- dismissed. The goods are in recall_claims, of each the first alert that asks about it.
alter table recall_alerts add column decision bigint not null default 0;
alter table recall_alerts add column decided_at bigint;
alter table recall_alerts add column decided_by text not null default '';
drop index recall_alerts_event;
create index recall_alerts_raised on recall_alerts (recall_id, kind, event_key);
create table recall_claims (
  recall_id bigint not null,
  first_id bigint not null,
  last_id bigint not null,
  alert_no bigint not null,
  primary key (recall_id, first_id)
) /* distribute by recall_id, without rowid */;

-- A holder that reported and has more by now is asked again: since when, and how much is new.
alter table recall_tasks add column reopened_at bigint;
alter table recall_tasks add column n_items_new bigint not null default 0;
alter table recall_tasks add column n_lots_new bigint not null default 0;
drop index recall_tasks_overdue;
create index recall_tasks_waiting on recall_tasks (ended_at, begin_by);
