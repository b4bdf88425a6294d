-- What one phone, one account and one track token brought in, as keyed hashes: how much since when.
create table quota_count (
  watched text primary key,
  taken integer not null,
  since timestamptz not null
);

create index quota_count_by_time on quota_count (since);

-- How often a team gave back lately what it had accepted.
create index assignment_released_by_team on assignment (team_id, ended_at) where ended_as = 'released';
