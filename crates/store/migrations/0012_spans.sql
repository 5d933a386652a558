-- Which events name an identifier, with what a trace must know of each.
--
-- A range that an event names is one row for each block that it touches: under the node of its
-- first identifier, at the level whose nodes are as long as the range, and less than four times as
-- long. So it lies in its node and the next one, and an identifier is asked for in two nodes a
-- level. Without facts, because there are too many or the event is older than this table, they
-- stand with the event.
create table event_spans (
  block bigint not null,
  node bigint not null,
  event_time bigint not null,
  event_key {bytes} not null,
  first_offset bigint not null,
  last_offset bigint not null,
  enterprise_id bigint not null,
  facts {bytes},
  primary key (block, node, event_time, event_key, first_offset, last_offset)
) /* distribute by block, without rowid */;

-- The same for those with whom the event is shared.
create table shared_spans (
  block bigint not null,
  viewer_id bigint not null,
  node bigint not null,
  event_time bigint not null,
  event_key {bytes} not null,
  share_id bigint not null,
  first_offset bigint not null,
  last_offset bigint not null,
  primary key
    (block, viewer_id, node, event_time, event_key, share_id, first_offset, last_offset)
) /* distribute by block, without rowid */;

-- A node of the tables before was a range of its own: at each of 21 levels those from column1 to
-- column2, of column3 identifiers; the new node is column4 long.
insert into event_spans
  (block, node, event_time, event_key, first_offset, last_offset, enterprise_id)
  select r.block, r.node * column3 / column4, r.event_time, r.event_key,
    r.node * column3 - 1048576, r.node * column3 - 1048576 + column3 - 1, r.enterprise_id
  from event_ranges r
  join (values
  (1048576, 2097151, 1, 1),
  (524288, 1048575, 2, 4),
  (262144, 524287, 4, 4),
  (131072, 262143, 8, 16),
  (65536, 131071, 16, 16),
  (32768, 65535, 32, 64),
  (16384, 32767, 64, 64),
  (8192, 16383, 128, 256),
  (4096, 8191, 256, 256),
  (2048, 4095, 512, 1024),
  (1024, 2047, 1024, 1024),
  (512, 1023, 2048, 4096),
  (256, 511, 4096, 4096),
  (128, 255, 8192, 16384),
  (64, 127, 16384, 16384),
  (32, 63, 32768, 65536),
  (16, 31, 65536, 65536),
  (8, 15, 131072, 262144),
  (4, 7, 262144, 262144),
  (2, 3, 524288, 1048576),
  (1, 1, 1048576, 1048576)) as level
    on r.node between column1 and column2;
drop table event_ranges;
insert into shared_spans
  (block, viewer_id, node, event_time, event_key, share_id, first_offset, last_offset)
  select r.block, r.viewer_id, r.node * column3 / column4, r.event_time, r.event_key, r.share_id,
    r.node * column3 - 1048576, r.node * column3 - 1048576 + column3 - 1
  from shared_ranges r
  join (values
  (1048576, 2097151, 1, 1),
  (524288, 1048575, 2, 4),
  (262144, 524287, 4, 4),
  (131072, 262143, 8, 16),
  (65536, 131071, 16, 16),
  (32768, 65535, 32, 64),
  (16384, 32767, 64, 64),
  (8192, 16383, 128, 256),
  (4096, 8191, 256, 256),
  (2048, 4095, 512, 1024),
  (1024, 2047, 1024, 1024),
  (512, 1023, 2048, 4096),
  (256, 511, 4096, 4096),
  (128, 255, 8192, 16384),
  (64, 127, 16384, 16384),
  (32, 63, 32768, 65536),
  (16, 31, 65536, 65536),
  (8, 15, 131072, 262144),
  (4, 7, 262144, 262144),
  (2, 3, 524288, 1048576),
  (1, 1, 1048576, 1048576)) as level
    on r.node between column1 and column2;
drop table shared_ranges;
