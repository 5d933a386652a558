-- What each holder of recalled goods is asked to do. `holder` is as in recall_holdings; `holder_id`
-- is its enterprise, or 0 for a party that is none here. Kind 0 holds goods, kind 1 owns other
-- goods that were made of them. `n_items` and `n_lots` are the most that it was told to have.
create table recall_tasks (
  enterprise_id bigint not null,
  task_id bigint not null primary key,
  recall_id bigint not null,
  holder text not null,
  holder_id bigint not null,
  kind bigint not null,
  revision bigint not null,
  n_items bigint not null,
  n_lots bigint not null,
  created_at bigint not null,
  begin_by bigint not null,
  deadline bigint not null,
  acknowledged_at bigint,
  acknowledged_by text not null,
  reported_at bigint,
  reported_by text not null,
  n_quarantined bigint not null,
  n_returned bigint not null,
  n_destroyed bigint not null,
  n_sold bigint not null,
  explanation text not null,
  escalated_at bigint,
  ended_at bigint
);
create unique index recall_tasks_recall on recall_tasks (recall_id, kind, holder);
create index recall_tasks_holder on recall_tasks (holder_id, task_id);
create index recall_tasks_overdue on recall_tasks (ended_at, escalated_at, begin_by);

create table recall_files (
  task_id bigint not null,
  file_no bigint not null,
  name text not null,
  media_type text not null,
  sha256 {bytes} not null,
  body {bytes} not null,
  uploaded_by text not null,
  uploaded_at bigint not null,
  primary key (task_id, file_no)
) /* distribute by task_id */;

-- Events after an order that moved its goods. Kind 0: they went on. 1: further goods belong to it.
create table recall_alerts (
  enterprise_id bigint not null,
  recall_id bigint not null,
  alert_no bigint not null,
  kind bigint not null,
  event_key {bytes} not null,
  event_time bigint not null,
  holder text not null,
  state bigint not null,
  n_items bigint not null,
  n_lots bigint not null,
  raised_at bigint not null,
  acknowledged_at bigint,
  acknowledged_by text not null,
  primary key (recall_id, alert_no)
) /* distribute by recall_id */;
create unique index recall_alerts_event on recall_alerts (recall_id, kind, event_key);

-- Who is to be told what, until somebody has. `to_id` is an enterprise; 0 are those who watch over
-- the owner of the goods.
create table recall_notices (
  notice_id bigint not null primary key,
  enterprise_id bigint not null,
  recall_id bigint not null,
  task_id bigint not null,
  to_id bigint not null,
  kind bigint not null,
  created_at bigint not null,
  due_at bigint not null,
  n_attempts bigint not null,
  last_error text not null
);
create index recall_notices_due on recall_notices (due_at, notice_id);

-- How often an enterprise drills.
create table recall_drills (
  enterprise_id bigint not null primary key,
  every_months bigint not null,
  next_at bigint not null,
  reminded_at bigint
);
create index recall_drills_next on recall_drills (next_at);
