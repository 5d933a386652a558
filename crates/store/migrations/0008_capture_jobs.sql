-- Captures that go on after they were answered. A row of captures is the job that its client asks
-- for; what the job stores comes in further captures, which name it in job_id.
alter table captures add column job_id bigint;
alter table captures add column behaviour bigint not null default 0;
alter table captures add column n_errors bigint not null default 0;
-- Null while the job runs.
alter table captures add column finished_at bigint;
update captures set finished_at = created_at;

-- What is left to do, and who does it until when; the row goes when the job is finished.
create table capture_jobs (
  enterprise_id bigint not null,
  capture_id bigint not null primary key,
  changes_lives bigint not null,
  stage bigint not null,
  next_event bigint not null,
  n_claims bigint not null,
  leased_until bigint not null
) /* distribute by capture_id */;

-- The document of a job, in pieces, from the first byte that arrived until the job is finished.
create table capture_chunks (
  capture_id bigint not null,
  chunk_no bigint not null,
  body {bytes} not null,
  primary key (capture_id, chunk_no)
) /* distribute by capture_id */;

-- What went wrong in a job, the first of it.
create table capture_errors (
  capture_id bigint not null,
  error_no bigint not null,
  pointer text not null,
  rule text not null,
  message text not null,
  primary key (capture_id, error_no)
) /* distribute by capture_id, without rowid */;
