-- $1 term and $2 viewer, $3 and $4 where the walk stands, $5 its other end, $6 limit, $7 the term
-- as runs have it, $8 rows of each scale, then of each scale the first and the last quarter in
-- which runs begin that have something ahead.
select cast(-1 as bigint), event_time, event_key, cast(0 as bigint), cast(0 as bigint)
from (select event_time, event_key from event_terms
  where term = $1 and viewer = $2 and (event_time, event_key) > ($3, $4) and event_time < $5
  order by event_time, event_key limit $6) as singles
union all
select scale, begins, null, run, places
from (select scale, begins, run, places from term_runs
  where term = $7 and viewer = $2 and scale = 0 and begins >= $9 and begins <= $10
  order by begins, run limit $8) as scale_0
union all
select scale, begins, null, run, places
from (select scale, begins, run, places from term_runs
  where term = $7 and viewer = $2 and scale = 1 and begins >= $11 and begins <= $12
  order by begins, run limit $8) as scale_1
union all
select scale, begins, null, run, places
from (select scale, begins, run, places from term_runs
  where term = $7 and viewer = $2 and scale = 2 and begins >= $13 and begins <= $14
  order by begins, run limit $8) as scale_2
