  select * from (select event_time, event_key from shared_spans
    where block = $1 and node = $node and $8 between first_offset and last_offset
      and viewer_id = $2 and $2 = $3 and exists
        (select 1 from shares s
         where s.share_id = shared_spans.share_id and s.ended_at is null)
      and (event_time, event_key) $after ($4, $5) and event_time $inside $6
    order by event_time $way, event_key $way limit $7) as n$n
