-- $1 block, $2 and $3 scope, $4 and $5 where the walk stands, $6 its other end, $7 limit, then
-- the 21 nodes that may hold one identifier, its leaf first, and $29 its offset.
select event_time, event_key from (
  select * from (select event_time, event_key from event_spans
    where block = $1 and node = $8 and $29 between first_offset and last_offset
      and (enterprise_id between $2 and $3 or ($2 = $3 and exists
        (select 1 from shares s where s.sharer_id = event_spans.enterprise_id
           and s.viewer_id = $2 and s.identifier = '' and s.ended_at is null)))
      and (event_time, event_key) < ($4, $5) and event_time >= $6
    order by event_time desc, event_key desc limit $7) as n0
  union all
  select * from (select event_time, event_key from event_spans
    where block = $1 and node = $9 and $29 between first_offset and last_offset
      and (enterprise_id between $2 and $3 or ($2 = $3 and exists
        (select 1 from shares s where s.sharer_id = event_spans.enterprise_id
           and s.viewer_id = $2 and s.identifier = '' and s.ended_at is null)))
      and (event_time, event_key) < ($4, $5) and event_time >= $6
    order by event_time desc, event_key desc limit $7) as n1
  union all
  select * from (select event_time, event_key from event_spans
    where block = $1 and node = $10 and $29 between first_offset and last_offset
      and (enterprise_id between $2 and $3 or ($2 = $3 and exists
        (select 1 from shares s where s.sharer_id = event_spans.enterprise_id
           and s.viewer_id = $2 and s.identifier = '' and s.ended_at is null)))
      and (event_time, event_key) < ($4, $5) and event_time >= $6
    order by event_time desc, event_key desc limit $7) as n2
  union all
  select * from (select event_time, event_key from event_spans
    where block = $1 and node = $11 and $29 between first_offset and last_offset
      and (enterprise_id between $2 and $3 or ($2 = $3 and exists
        (select 1 from shares s where s.sharer_id = event_spans.enterprise_id
           and s.viewer_id = $2 and s.identifier = '' and s.ended_at is null)))
      and (event_time, event_key) < ($4, $5) and event_time >= $6
    order by event_time desc, event_key desc limit $7) as n3
  union all
  select * from (select event_time, event_key from event_spans
    where block = $1 and node = $12 and $29 between first_offset and last_offset
      and (enterprise_id between $2 and $3 or ($2 = $3 and exists
        (select 1 from shares s where s.sharer_id = event_spans.enterprise_id
           and s.viewer_id = $2 and s.identifier = '' and s.ended_at is null)))
      and (event_time, event_key) < ($4, $5) and event_time >= $6
    order by event_time desc, event_key desc limit $7) as n4
  union all
  select * from (select event_time, event_key from event_spans
    where block = $1 and node = $13 and $29 between first_offset and last_offset
      and (enterprise_id between $2 and $3 or ($2 = $3 and exists
        (select 1 from shares s where s.sharer_id = event_spans.enterprise_id
           and s.viewer_id = $2 and s.identifier = '' and s.ended_at is null)))
      and (event_time, event_key) < ($4, $5) and event_time >= $6
    order by event_time desc, event_key desc limit $7) as n5
  union all
  select * from (select event_time, event_key from event_spans
    where block = $1 and node = $14 and $29 between first_offset and last_offset
      and (enterprise_id between $2 and $3 or ($2 = $3 and exists
        (select 1 from shares s where s.sharer_id = event_spans.enterprise_id
           and s.viewer_id = $2 and s.identifier = '' and s.ended_at is null)))
      and (event_time, event_key) < ($4, $5) and event_time >= $6
    order by event_time desc, event_key desc limit $7) as n6
  union all
  select * from (select event_time, event_key from event_spans
    where block = $1 and node = $15 and $29 between first_offset and last_offset
      and (enterprise_id between $2 and $3 or ($2 = $3 and exists
        (select 1 from shares s where s.sharer_id = event_spans.enterprise_id
           and s.viewer_id = $2 and s.identifier = '' and s.ended_at is null)))
      and (event_time, event_key) < ($4, $5) and event_time >= $6
    order by event_time desc, event_key desc limit $7) as n7
  union all
  select * from (select event_time, event_key from event_spans
    where block = $1 and node = $16 and $29 between first_offset and last_offset
      and (enterprise_id between $2 and $3 or ($2 = $3 and exists
        (select 1 from shares s where s.sharer_id = event_spans.enterprise_id
           and s.viewer_id = $2 and s.identifier = '' and s.ended_at is null)))
      and (event_time, event_key) < ($4, $5) and event_time >= $6
    order by event_time desc, event_key desc limit $7) as n8
  union all
  select * from (select event_time, event_key from event_spans
    where block = $1 and node = $17 and $29 between first_offset and last_offset
      and (enterprise_id between $2 and $3 or ($2 = $3 and exists
        (select 1 from shares s where s.sharer_id = event_spans.enterprise_id
           and s.viewer_id = $2 and s.identifier = '' and s.ended_at is null)))
      and (event_time, event_key) < ($4, $5) and event_time >= $6
    order by event_time desc, event_key desc limit $7) as n9
  union all
  select * from (select event_time, event_key from event_spans
    where block = $1 and node = $18 and $29 between first_offset and last_offset
      and (enterprise_id between $2 and $3 or ($2 = $3 and exists
        (select 1 from shares s where s.sharer_id = event_spans.enterprise_id
           and s.viewer_id = $2 and s.identifier = '' and s.ended_at is null)))
      and (event_time, event_key) < ($4, $5) and event_time >= $6
    order by event_time desc, event_key desc limit $7) as n10
  union all
  select * from (select event_time, event_key from event_spans
    where block = $1 and node = $19 and $29 between first_offset and last_offset
      and (enterprise_id between $2 and $3 or ($2 = $3 and exists
        (select 1 from shares s where s.sharer_id = event_spans.enterprise_id
           and s.viewer_id = $2 and s.identifier = '' and s.ended_at is null)))
      and (event_time, event_key) < ($4, $5) and event_time >= $6
    order by event_time desc, event_key desc limit $7) as n11
  union all
  select * from (select event_time, event_key from event_spans
    where block = $1 and node = $20 and $29 between first_offset and last_offset
      and (enterprise_id between $2 and $3 or ($2 = $3 and exists
        (select 1 from shares s where s.sharer_id = event_spans.enterprise_id
           and s.viewer_id = $2 and s.identifier = '' and s.ended_at is null)))
      and (event_time, event_key) < ($4, $5) and event_time >= $6
    order by event_time desc, event_key desc limit $7) as n12
  union all
  select * from (select event_time, event_key from event_spans
    where block = $1 and node = $21 and $29 between first_offset and last_offset
      and (enterprise_id between $2 and $3 or ($2 = $3 and exists
        (select 1 from shares s where s.sharer_id = event_spans.enterprise_id
           and s.viewer_id = $2 and s.identifier = '' and s.ended_at is null)))
      and (event_time, event_key) < ($4, $5) and event_time >= $6
    order by event_time desc, event_key desc limit $7) as n13
  union all
  select * from (select event_time, event_key from event_spans
    where block = $1 and node = $22 and $29 between first_offset and last_offset
      and (enterprise_id between $2 and $3 or ($2 = $3 and exists
        (select 1 from shares s where s.sharer_id = event_spans.enterprise_id
           and s.viewer_id = $2 and s.identifier = '' and s.ended_at is null)))
      and (event_time, event_key) < ($4, $5) and event_time >= $6
    order by event_time desc, event_key desc limit $7) as n14
  union all
  select * from (select event_time, event_key from event_spans
    where block = $1 and node = $23 and $29 between first_offset and last_offset
      and (enterprise_id between $2 and $3 or ($2 = $3 and exists
        (select 1 from shares s where s.sharer_id = event_spans.enterprise_id
           and s.viewer_id = $2 and s.identifier = '' and s.ended_at is null)))
      and (event_time, event_key) < ($4, $5) and event_time >= $6
    order by event_time desc, event_key desc limit $7) as n15
  union all
  select * from (select event_time, event_key from event_spans
    where block = $1 and node = $24 and $29 between first_offset and last_offset
      and (enterprise_id between $2 and $3 or ($2 = $3 and exists
        (select 1 from shares s where s.sharer_id = event_spans.enterprise_id
           and s.viewer_id = $2 and s.identifier = '' and s.ended_at is null)))
      and (event_time, event_key) < ($4, $5) and event_time >= $6
    order by event_time desc, event_key desc limit $7) as n16
  union all
  select * from (select event_time, event_key from event_spans
    where block = $1 and node = $25 and $29 between first_offset and last_offset
      and (enterprise_id between $2 and $3 or ($2 = $3 and exists
        (select 1 from shares s where s.sharer_id = event_spans.enterprise_id
           and s.viewer_id = $2 and s.identifier = '' and s.ended_at is null)))
      and (event_time, event_key) < ($4, $5) and event_time >= $6
    order by event_time desc, event_key desc limit $7) as n17
  union all
  select * from (select event_time, event_key from event_spans
    where block = $1 and node = $26 and $29 between first_offset and last_offset
      and (enterprise_id between $2 and $3 or ($2 = $3 and exists
        (select 1 from shares s where s.sharer_id = event_spans.enterprise_id
           and s.viewer_id = $2 and s.identifier = '' and s.ended_at is null)))
      and (event_time, event_key) < ($4, $5) and event_time >= $6
    order by event_time desc, event_key desc limit $7) as n18
  union all
  select * from (select event_time, event_key from event_spans
    where block = $1 and node = $27 and $29 between first_offset and last_offset
      and (enterprise_id between $2 and $3 or ($2 = $3 and exists
        (select 1 from shares s where s.sharer_id = event_spans.enterprise_id
           and s.viewer_id = $2 and s.identifier = '' and s.ended_at is null)))
      and (event_time, event_key) < ($4, $5) and event_time >= $6
    order by event_time desc, event_key desc limit $7) as n19
  union all
  select * from (select event_time, event_key from event_spans
    where block = $1 and node = $28 and $29 between first_offset and last_offset
      and (enterprise_id between $2 and $3 or ($2 = $3 and exists
        (select 1 from shares s where s.sharer_id = event_spans.enterprise_id
           and s.viewer_id = $2 and s.identifier = '' and s.ended_at is null)))
      and (event_time, event_key) < ($4, $5) and event_time >= $6
    order by event_time desc, event_key desc limit $7) as n20
) as named
order by event_time desc, event_key desc
limit $7
