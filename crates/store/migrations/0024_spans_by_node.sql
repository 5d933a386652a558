-- What names a party of a jurisdiction is found by what it speaks of, whoever of many is named.
create index shared_spans_node on shared_spans (block, node);
