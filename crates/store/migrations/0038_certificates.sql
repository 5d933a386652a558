-- Tests and certificates that an enterprise shows of a product, or of one lot of it (lot 0 is all
-- of them). place_no is null once one was taken back; its row stays and its pictures do not.
-- valid_until is a day since the epoch.
create table certificates (
  enterprise_id bigint not null,
  certificate_id bigint not null primary key,
  product_id bigint not null,
  lot_id bigint not null,
  place_no bigint,
  title text not null,
  number text not null,
  issuer text not null,
  valid_until bigint,
  added_at bigint not null,
  added_by text not null,
  removed_at bigint,
  removed_by text not null
);
create unique index certificates_place on certificates (product_id, lot_id, place_no);
create index certificates_product on certificates (product_id, certificate_id);

-- Their pictures, as they were encoded anew. Sizes: 0 small, 1 large.
create table certificate_pictures (
  certificate_id bigint not null,
  size bigint not null,
  body {bytes} not null,
  primary key (certificate_id, size)
) /* distribute by certificate_id */;
