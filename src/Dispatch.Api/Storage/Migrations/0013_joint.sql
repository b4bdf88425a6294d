-- Several teams take it together: groups of skills are asked for, or an officer said so.
alter table help_request add column joint boolean not null default false;

-- One row per skill of a group; the rows of a group agree in mode and teams.
create table request_requirement (
  request_id uuid not null references help_request (request_id),
  requirement integer not null,
  position integer not null,
  mode text not null check (mode in ('all', 'any')),
  teams integer not null check (teams between 1 and 6),
  skill_code text not null references skill (skill_code),
  min_level integer not null check (min_level between 1 and 8),
  primary key (request_id, requirement, position)
);

-- A place in the plan and what it is for: skills with their levels, separated by blanks. A part that is not mandatory waits for nobody.
create table joint_part (
  part_id uuid primary key,
  request_id uuid not null references help_request (request_id),
  position integer not null,
  role text not null check (role in ('lead', 'support')),
  skills text not null,
  mandatory boolean not null,
  waived_because text,
  made_at timestamptz not null,
  ended_at timestamptz,
  unique (request_id, position)
);

create index joint_part_live on joint_part (request_id) where ended_at is null;
create unique index joint_part_one_lead on joint_part (request_id) where ended_at is null and role = 'lead';

alter table offer add column part_id uuid references joint_part (part_id);
create index offer_by_part on offer (part_id) where part_id is not null;

-- It ended because the plan was given up: nothing against the team, which may be asked again.
alter table assignment add column plan_ended boolean not null default false;

-- Two parts never to one team.
create unique index assignment_team_once on assignment (request_id, team_id) where state = 'active';
