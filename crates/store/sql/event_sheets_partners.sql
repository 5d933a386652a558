  select r.event_time, r.event_key, r.enterprise_id, r.facts, r.first_offset, r.last_offset
  from levels l cross join event_sheets r
  where r.block = $1
    and r.node between (1048576 + $first) / l.n_ids - l.n_before and (1048576 + $last) / l.n_ids
    and r.first_offset <= $last and r.last_offset >= $first
    and (r.enterprise_id between $2 and $3 or exists
      (select 1 from shares s where s.sharer_id = $2
         and s.viewer_id = r.enterprise_id and s.ended_at is null))
