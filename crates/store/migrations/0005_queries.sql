-- What events say, hashed, in order of event time, for each who may see them; viewer 0 is the
-- platform. The term is the distribution column.
create table event_terms (
  term bigint not null,
  viewer bigint not null,
  event_time bigint not null,
  event_key {bytes} not null,
  primary key (term, viewer, event_time, event_key)
) /* distribute by term, without rowid */;

-- The same for what many events of one capture share: up to 64 places (time, key) in one row, in
-- order, all of them inside one bucket of 2^22 microseconds. first_key is the key of the first.
create table event_runs (
  term bigint not null,
  viewer bigint not null,
  bucket bigint not null,
  first_key {bytes} not null,
  marks {bytes} not null,
  primary key (term, viewer, bucket, first_key)
) /* distribute by term */;

-- Words and places that events of an enterprise name, each once.
create table event_words (
  viewer bigint not null,
  field text not null,
  word text not null,
  primary key (viewer, field, word)
) /* distribute by viewer, without rowid */;

create table named_queries (
  enterprise_id bigint not null,
  name text not null,
  query text not null,
  created_at bigint not null,
  primary key (enterprise_id, name)
);

-- Captures by the time in their ids.
create index captures_enterprise_time on captures (enterprise_id, capture_id);
