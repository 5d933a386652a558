-- $1 and $2 scope, then 16 keys.
select event_key, event_type, action, event_time, recorded_after, capture_index, ranges,
  enterprise_id, facts, capture_id
from events
where event_key in ($3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
  and (enterprise_id between $1 and $2
    or ($1 = $2 and exists
      (select 1 from shares s where s.sharer_id = events.enterprise_id
         and s.viewer_id = $1 and s.identifier = '' and s.ended_at is null))
    or ($1 = $2 and exists
      (select 1 from event_viewers v join shares s on s.share_id = v.share_id
       where v.event_key = events.event_key and v.viewer_id = $1 and s.ended_at is null)))
