insert into recalls (
  enterprise_id, recall_id, client_token, asked_hash, is_drill, level, state, revision,
  reason, instruction_zh, instruction_ko, instruction_en, start, ordered_by, ordered_at,
  begin_by, deadline, event_time, record_time, n_items, n_lots, n_cases, n_pallets, n_located,
  located_us, root_hash, body, position, capture_index, located_at, complete_at,
  due_at, look_us)
values (
  $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20,
  $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33)
