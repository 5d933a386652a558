-- Who is sent the new events of a named query (EPCIS 2.0 §8.2.5). `position` and `capture_index`
-- are the place of the last event that was judged; `next_n` numbers the events that were chosen.
create table subscriptions (
  enterprise_id bigint not null,
  subscription_id bigint not null primary key,
  query_name text not null,
  dest text not null,
  signature_token text,
  schedule text,
  reports_if_empty bigint not null,
  epc_format text not null,
  cbv_format text not null,
  initial_record_time bigint,
  min_record_time bigint not null,
  created_at bigint not null,
  is_stopped bigint not null,
  position bigint not null,
  capture_index bigint not null,
  next_n bigint not null,
  n_waiting bigint not null,
  n_dead bigint not null,
  n_delivered bigint not null,
  next_at bigint,
  leased_until bigint not null,
  paused_until bigint not null,
  n_failures bigint not null,
  max_events bigint not null,
  attempted_at bigint not null,
  notified_at bigint,
  last_error text not null,
  stopped_for text not null
);
create index subscriptions_query on subscriptions (enterprise_id, query_name, subscription_id);
create index subscriptions_place on subscriptions (is_stopped, position, capture_index);
create index subscriptions_trigger on subscriptions (next_at);

-- The outbox: events chosen for a subscription in the commit that moved its place, until they are
-- delivered. A row is numbered by its first event.
create table deliveries (
  subscription_id bigint not null,
  first_n bigint not null,
  n_events bigint not null,
  n_bytes bigint not null,
  event_keys {bytes} not null,
  is_dead bigint not null,
  n_attempts bigint not null,
  due_at bigint not null,
  waits_since bigint not null,
  written_at bigint not null,
  last_error text not null,
  primary key (subscription_id, first_n)
) /* distribute by subscription_id */;
create index deliveries_due on deliveries (subscription_id, is_dead, due_at, first_n);
