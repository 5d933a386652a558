-- What events say, hashed, in order of event time, for each who may see them; viewer 0 is the
-- platform. The term is the distribution column.
create table event_terms (
  term bigint not null,
  viewer bigint not null,
  event_time bigint not null,
  event_key {bytes} not null,
  primary key (term, viewer, event_time, event_key)
) /* distribute by term, without rowid */;

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
