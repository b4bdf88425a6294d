-- What each node let through in a window of those who near their limit, as keyed hashes: the other nodes add it to their own.
create table rate_share (
  watched text not null,
  node_id uuid not null,
  window_start timestamptz not null,
  taken integer not null,
  primary key (watched, node_id)
);
