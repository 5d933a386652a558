-- Alerts: what somebody should look at. Of an enterprise, or of the platform (0). Grades: 1 urgent,
-- 2 important, 3 notice. States: 0 open, 1 acknowledged, 2 assigned, 3 closed; outcomes: 0 none yet,
-- 1 true, 2 false alarm, 3 duplicate. `open_key` is 0 until it is closed and its own id from then on,
-- so one reason and subject is open once. `told_grade` is the gravest grade that a notice told of, 4
-- before there is one.
create table alerts (
  enterprise_id bigint not null,
  alert_id bigint not null,
  grade bigint not null,
  reason bigint not null,
  detail text not null,
  subject_kind bigint not null,
  subject text not null,
  product_id bigint not null,
  state bigint not null,
  outcome bigint not null,
  revision bigint not null,
  assignee text not null,
  n_times bigint not null,
  first_at bigint not null,
  last_at bigint not null,
  closed_at bigint,
  open_key bigint not null,
  told_grade bigint not null,
  primary key (enterprise_id, alert_id)
) /* distribute by enterprise_id */;
create unique index alerts_same
  on alerts (enterprise_id, reason, detail, subject_kind, subject, open_key);
create index alerts_open on alerts (enterprise_id, open_key, alert_id);
create index alerts_closed on alerts (enterprise_id, closed_at);
create index alerts_grades on alerts (open_key, grade, enterprise_id);

-- The same of many enterprises: of all of them, and of those of a province, which is the first two
-- digits of the division in the id of an enterprise.
create index alerts_id on alerts (alert_id);
create index alerts_all_open on alerts (open_key, alert_id);
create index alerts_province
  on alerts ((((enterprise_id >> 42) - 1048576) / 10000), alert_id);
create index alerts_province_open
  on alerts ((((enterprise_id >> 42) - 1048576) / 10000), open_key, alert_id);
create index alerts_all_closed on alerts (closed_at);

-- Who did what with an alert, and when. Actions: 0 acknowledged, 1 assigned, 2 closed, 3 noted,
-- 4 opened again.
create table alert_changes (
  enterprise_id bigint not null,
  alert_id bigint not null,
  change_no bigint not null,
  action bigint not null,
  outcome bigint not null,
  assignee text not null,
  note text not null,
  changed_by text not null,
  changed_at bigint not null,
  primary key (enterprise_id, alert_id, change_no)
) /* distribute by enterprise_id */;

-- Notices and letters may be about an alert; and the least grade that a reader wants of them by each
-- channel: 0 none.
alter table recall_notices add column alert_id bigint not null default 0;
alter table recall_letters add column alert_id bigint not null default 0;
alter table recall_contacts add column mail_grade bigint not null default 0;
alter table recall_contacts add column webhook_grade bigint not null default 0;

-- What recalls have to tell and what alerts have are two queues, so neither is sorted with the other.
drop index recall_notices_due;
create index recall_notices_recalls on recall_notices (due_at, notice_id) where alert_id = 0;
create index recall_notices_alerts on recall_notices (due_at, notice_id) where alert_id > 0;
create index recall_letters_recalls on recall_letters (state, due_at, letter_id) where alert_id = 0;
create index recall_letters_alerts on recall_letters (state, due_at, letter_id) where alert_id > 0;
