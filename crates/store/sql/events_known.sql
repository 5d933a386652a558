-- 16 keys.
select event_key, event_hash from events
where event_key in ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
