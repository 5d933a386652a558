  select * from (select event_time, event_key, facts, first_offset from event_sheets
    where block = $1 and node = $node and scale = $9 and $8 between first_offset and last_offset
      and (enterprise_id between $2 and $3 or ($2 = $3 and exists
        (select 1 from shares s where s.sharer_id = event_sheets.enterprise_id
           and s.viewer_id = $2 and s.identifier = '' and s.ended_at is null)))
      and (event_time, event_key) $after= ($4, $5) and event_time $inside $6
    order by event_time $way, event_key $way limit $7) as n$n
