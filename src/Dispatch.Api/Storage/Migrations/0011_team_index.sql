-- What a team has in hand and what its requesters said of it, counted in the transaction in which it happens. The number in "changed"
-- grows with every change: the snapshots that matching reads follow it.
create table team_load (
  team_id uuid primary key references team (team_id),
  active integer not null check (active >= 0),
  pending integer not null check (pending >= 0),
  confirmed integer not null,
  confirmed_solved integer not null,
  last_service_at timestamptz,
  changed bigint not null
);

insert into team_load (team_id, active, pending, confirmed, confirmed_solved, last_service_at, changed)
select team_id,
  (select count(*) from assignment where assignment.team_id = team.team_id and state = 'active'),
  (select count(*) from offer where offer.team_id = team.team_id and state = 'pending'),
  (select count(*) from confirmation join assignment on assignment.request_id = confirmation.request_id
   where assignment.team_id = team.team_id and assignment.role = 'lead' and assignment.ended_as = 'completed'),
  (select count(*) from confirmation join assignment on assignment.request_id = confirmation.request_id
   where assignment.team_id = team.team_id and assignment.role = 'lead' and assignment.ended_as = 'completed' and confirmation.solved),
  (select max(ended_at) from visit where visit.team_id = team.team_id and state = 'completed'),
  0
from team;

create index team_load_by_change on team_load (changed);

alter table team add column changed bigint not null default 0;
alter table team add column radius_km integer check (radius_km between 1 and 500);
create index team_by_change on team (changed);
drop table team_revision;

-- What an offer was decided on: enough to work the ranking out again. Offers made at once share it.
create table match_decision (
  decision_id uuid primary key,
  request_id uuid not null references help_request (request_id),
  decided_at timestamptz not null,
  content text not null
);

create index match_decision_by_request on match_decision (request_id);
alter table offer add column decision_id uuid references match_decision (decision_id);
