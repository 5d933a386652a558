-- Events of a capture wait together: record_key is the id of their capture, eight bytes, and the
-- place of the first of them in it, four bytes, big-endian; leaf_hashes are those of the first and
-- of those at the next places, 32 bytes each; shard is the lowest byte of the capture's id.
-- An event that was queued before has a row of its own, with its key as record_key, as all other
-- records have.
alter table log_queue rename column leaf_hash to leaf_hashes;
