-- $1 block, $2 and $3 scope, $4 limit (behind this text), $5 and $6 first and last offset, then 11
-- intervals of nodes, leaves first.
select r.event_time, r.event_key, r.enterprise_id, r.facts
from (values
  (cast($7 as bigint), cast($8 as bigint)),
  (cast($9 as bigint), cast($10 as bigint)),
  (cast($11 as bigint), cast($12 as bigint)),
  (cast($13 as bigint), cast($14 as bigint)),
  (cast($15 as bigint), cast($16 as bigint)),
  (cast($17 as bigint), cast($18 as bigint)),
  (cast($19 as bigint), cast($20 as bigint)),
  (cast($21 as bigint), cast($22 as bigint)),
  (cast($23 as bigint), cast($24 as bigint)),
  (cast($25 as bigint), cast($26 as bigint)),
  (cast($27 as bigint), cast($28 as bigint))) as level
cross join event_spans r
where r.block = $1 and r.node between column1 and column2
  and r.first_offset <= $6 and r.last_offset >= $5
  and (r.enterprise_id between $2 and $3 or ($2 = $3 and exists
    (select 1 from shares s where s.sharer_id = r.enterprise_id
       and s.viewer_id = $2 and s.identifier = '' and s.ended_at is null)))
