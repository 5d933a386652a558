-- What a server last told the others of the senders that miss most: numbers of 64 bits, each with its
-- level as a float of 32 bits. A row each server, and none for long. Reports are numbered, since the
-- clocks of servers differ.
create table miss_reports (
  server_id bigint not null primary key,
  number bigint not null,
  levels {bytes} not null
);

-- Ordinals behind those of a batch, which no label carries.
alter table code_batches add column n_reserved bigint;

-- Whether the labels of a batch have a layer over the PIN; null for batches from before.
alter table code_batches add column has_cover bigint;
