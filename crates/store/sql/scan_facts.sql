-- $1 class, $2 ordinal, $3 block, $4 item id, $5 and $6 scope.
select b.batch_id, b.first_ordinal, b.n_ordinals, b.granularity, b.is_sample, b.gtin, b.public_url,
  p.product_id, p.name, p.product_type, p.specification,
  case when exists (select 1 from product_pictures i where i.product_id = p.product_id)
    then 1 else 0 end,
  e.enterprise_id, e.name, e.address, e.contact, e.registration_scheme, e.registration_number,
  s.state, s.reason, s.since,
  l.lot_number, l.production_date, l.shelf_life_days,
  c.n_scans, c.first_at, b.n_codes, b.spares_per_segment, b.epoch
from code_batches b
join products p on p.product_id = b.product_id
join enterprises e on e.enterprise_id = b.enterprise_id
left join item_states s on s.block = $3 and s.last_id >= $4 and s.first_id =
  (select max(first_id) from item_states where block = $3 and first_id <= $4)
left join lots l on l.lot_id = s.lot_id
left join item_scans c on c.block = $3 and c.item_id = $4
where b.class = $1 and b.first_ordinal =
    (select max(first_ordinal) from code_batches where class = $1 and first_ordinal <= $2)
  and b.enterprise_id between $5 and $6
