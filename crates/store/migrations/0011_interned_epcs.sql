-- The numbers of interned EPCs, by fewer buckets than before: EPCs that come one after the other
-- lie beside each other in each of 256 places, so a capture changes hundreds of pages instead of
-- one for each EPC.
create table interned_epcs (
  bucket bigint not null,
  epc text not null,
  identifier_id bigint not null,
  primary key (bucket, epc)
) /* distribute by bucket, without rowid */;
-- A bucket was the first 16 bits of the hash; now it is the first 8.
insert into interned_epcs (bucket, epc, identifier_id)
  select bucket / 256, epc, identifier_id from identifiers;
drop table identifiers;
