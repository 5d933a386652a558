-- $1 and $2 scope, then 16 keys.
select event_key, event_type, action, event_time, record_time, capture_index, ranges
from events
where event_key in ($3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
  and enterprise_id between $1 and $2
