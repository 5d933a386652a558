-- 16 pairs of bucket and EPC.
select i.epc, i.identifier_id
from (values
  (cast($1 as bigint), $2),
  (cast($3 as bigint), $4),
  (cast($5 as bigint), $6),
  (cast($7 as bigint), $8),
  (cast($9 as bigint), $10),
  (cast($11 as bigint), $12),
  (cast($13 as bigint), $14),
  (cast($15 as bigint), $16),
  (cast($17 as bigint), $18),
  (cast($19 as bigint), $20),
  (cast($21 as bigint), $22),
  (cast($23 as bigint), $24),
  (cast($25 as bigint), $26),
  (cast($27 as bigint), $28),
  (cast($29 as bigint), $30),
  (cast($31 as bigint), $32)) as wanted
cross join interned_epcs i
where i.bucket = column1 and i.epc = column2
