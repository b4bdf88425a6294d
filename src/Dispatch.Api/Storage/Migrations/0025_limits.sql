-- What one phone, one account and one track token brought in, as keyed hashes: how much since when.
create table quota_count (
  watched text primary key,
  taken integer not null,
  since timestamptz not null
);

create index quota_count_by_time on quota_count (since);

-- The team itself gave it back, and how often it did so lately.
alter table assignment add column given_back boolean not null default false;
create index assignment_given_back_by_team on assignment (team_id, ended_at) where given_back;
