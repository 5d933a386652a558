-- What somebody was told of a code and had signed: the whole signed text, under its number, which
-- nobody can guess. Nothing is kept of who asked.
create table vouchers (
  bucket bigint not null,
  number text not null,
  saved_at bigint not null,
  voucher text not null,
  primary key (bucket, number)
) /* distribute by bucket, without rowid */;

-- How many vouchers of a code were made on its last day with any.
create table voucher_counts (
  bucket bigint not null,
  code text not null,
  day bigint not null,
  n_vouchers bigint not null,
  primary key (bucket, code)
) /* distribute by bucket, without rowid */;
