  select r.event_time, r.event_key, 0, null, r.first_offset, r.last_offset
  from levels l cross join shared_spans r
  where r.block = $1
    and r.node between (1048576 + $first) / l.n_ids - l.n_before and (1048576 + $last) / l.n_ids
    and r.first_offset <= $last and r.last_offset >= $first
    and +r.viewer_id between $2 and $3
    and exists (select 1 from shares s
      where s.share_id = r.share_id and s.sharer_id = 0 and s.ended_at is null)
