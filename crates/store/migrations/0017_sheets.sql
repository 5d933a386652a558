-- Spans that one capture names close together, in identifiers and in time, share a row, a *sheet*.
--
-- A sheet lies under the node of all that it covers, like a range, at the time and under the key of
-- its oldest event; `scale` says how long after that the others may be, `part` tells apart what
-- would be the same otherwise. Without facts, a row is a span of one event and its facts stand with
-- the event; so it is with all rows from before.
create table event_sheets (
  block bigint not null,
  node bigint not null,
  scale bigint not null,
  event_time bigint not null,
  event_key {bytes} not null,
  first_offset bigint not null,
  last_offset bigint not null,
  part bigint not null,
  enterprise_id bigint not null,
  facts {bytes},
  primary key (block, node, scale, event_time, event_key, first_offset, last_offset, part)
) /* distribute by block, without rowid */;
insert into event_sheets
  (block, node, scale, event_time, event_key, first_offset, last_offset, part, enterprise_id)
  select block, node, 0, event_time, event_key, first_offset, last_offset, 0, enterprise_id
  from event_spans;
drop table event_spans;

-- Bodies of some events that came one after the other, compressed together; each row holds
-- those from first_index on.
create table event_bodies (
  capture_id bigint not null,
  first_index bigint not null,
  bodies {bytes} not null,
  primary key (capture_id, first_index)
) /* distribute by capture_id, without rowid */;

-- An event whose id is its own hash has none of its own, and most have no body of their own.
-- recorded_after is its record time, counted from that in the id of its capture.
create table kept_events (
  event_key {bytes} not null primary key,
  enterprise_id bigint not null,
  event_id text,
  event_hash {bytes} not null,
  event_type bigint not null,
  action bigint not null,
  biz_step text not null,
  event_time bigint not null,
  recorded_after bigint not null,
  capture_id bigint not null,
  capture_index bigint not null,
  ranges {bytes} not null,
  facts {bytes},
  n_body_bytes bigint not null,
  body {bytes}
) /* distribute by event_key */;
insert into kept_events
  (event_key, enterprise_id, event_id, event_hash, event_type, action, biz_step, event_time,
   recorded_after, capture_id, capture_index, ranges, facts, n_body_bytes, body)
  select event_key, enterprise_id, event_id, event_hash, event_type, action, biz_step, event_time,
    record_time - (capture_id >> 20) * 1000, capture_id, capture_index, ranges, facts,
    length(body), body
  from events;
drop table events;
alter table kept_events rename to events;
create index events_capture on events (capture_id, capture_index);
create index events_event_id on events (event_id) where event_id is not null;
create index events_event_hash on events (substr(event_hash, 1, 8));
