-- Events of one capture that lie near each other in time are a run: their marks (time, key) stand
-- in run_marks once, and each of their terms has one row that leads there. A run lies within 2^22,
-- 2^27 or 2^32 microseconds, by its scale; it begins in a quarter of that, begins, counted from
-- the epoch. The lowest six bits of its number say in which 64th of that length it ends. places
-- are those of its marks that have the term: -1 all, -2 - n the one at n, else a bit for each.
-- Of a term the lower 48 bits are kept.
create table term_runs (
  term bigint not null,
  viewer bigint not null,
  scale bigint not null,
  begins bigint not null,
  run bigint not null,
  places bigint not null,
  primary key (term, viewer, scale, begins, run)
) /* distribute by term, without rowid */;

create table run_marks (
  begins bigint not null,
  run bigint not null,
  marks {bytes} not null,
  primary key (begins, run)
) /* distribute by run */;

-- Runs of before lie within 2^22 microseconds, and each term has its own copy of the marks.
insert into run_marks (begins, run, marks)
  select bucket * 4, 63 + 64 * row_number() over (order by term, viewer, bucket, first_key), marks
  from event_runs;
insert into term_runs (term, viewer, scale, begins, run, places)
  select (term << 16) >> 16, viewer, 0, bucket * 4,
    63 + 64 * row_number() over (order by term, viewer, bucket, first_key), -1
  from event_runs;
drop table event_runs;
