-- Where places are, as each enterprise says in its master data, by the number that the facts of
-- events have for a place. Millionths of a degree.
create table place_positions (
  enterprise_id bigint not null,
  place bigint not null,
  vocabulary text not null,
  latitude bigint not null,
  longitude bigint not null,
  primary key (enterprise_id, place, vocabulary)
) /* distribute by enterprise_id, without rowid */;
