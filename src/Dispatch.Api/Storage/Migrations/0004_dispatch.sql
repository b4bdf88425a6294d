create table offer (
  offer_id uuid primary key,
  request_id uuid not null references help_request (request_id),
  team_id uuid not null references team (team_id),
  state text not null check (state in ('pending', 'accepted', 'declined', 'expired', 'withdrawn')),
  version bigint not null,
  role text not null check (role in ('lead', 'support')),
  way text not null check (way in ('picked', 'automatic', 'broadcast', 'claimed', 'arbitrated')),
  tier text not null check (tier in ('grassroots', 'county', 'city', 'province', 'country')),
  score integer,
  explanation text not null,
  offered_at timestamptz not null,
  delivered_at timestamptz,
  answer_due_at timestamptz not null,
  ended_at timestamptz,
  decline_reason text check (decline_reason in ('too_busy', 'no_skill', 'too_far', 'conflict', 'other')),
  note text
);

create unique index offer_pending_once on offer (request_id, team_id) where state = 'pending';
create index offer_by_request on offer (request_id);
create index offer_by_team on offer (team_id, offered_at);

create table assignment (
  assignment_id uuid primary key,
  request_id uuid not null references help_request (request_id),
  team_id uuid not null references team (team_id),
  offer_id uuid not null unique references offer (offer_id),
  role text not null check (role in ('lead', 'support')),
  state text not null check (state in ('active', 'ended')),
  version bigint not null,
  accepted_at timestamptz not null,
  ended_at timestamptz,
  ended_as text check (ended_as in ('completed', 'released', 'replaced')),
  check ((state = 'ended') = (ended_as is not null))
);

-- At most one team has it: the rule of the whole service, said to the engine too.
create unique index assignment_one_lead on assignment (request_id) where state = 'active' and role = 'lead';
create index assignment_active_by_team on assignment (team_id) where state = 'active';
create index assignment_by_request on assignment (request_id);

create table visit (
  visit_id uuid primary key,
  request_id uuid not null references help_request (request_id),
  assignment_id uuid not null references assignment (assignment_id),
  team_id uuid not null references team (team_id),
  form text not null check (form in ('on_site', 'remote', 'training', 'lecture', 'consultation')),
  state text not null check (state in ('scheduled', 'travelling', 'in_service', 'completed', 'aborted', 'missed', 'cancelled')),
  version bigint not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  note text,
  rescheduled_times integer not null default 0,
  departed_at timestamptz,
  began_at timestamptz,
  ended_at timestamptz,
  missed_by text check (missed_by in ('team', 'requester')),
  reason text,
  findings text,
  minutes integer,
  stated_person_times integer,
  created_at timestamptz not null
);

create index visit_by_request on visit (request_id);
create index visit_by_team on visit (team_id, starts_at);
create index visit_completed on visit (ended_at) where state = 'completed';

create table visit_member (
  visit_id uuid not null references visit (visit_id),
  member_id uuid not null references member (member_id),
  primary key (visit_id, member_id)
);

create table attendance (
  visit_id uuid not null references visit (visit_id),
  member_id uuid not null references member (member_id),
  minutes integer not null check (minutes > 0),
  primary key (visit_id, member_id)
);

create table problem (
  problem_id uuid primary key,
  request_id uuid not null references help_request (request_id),
  title text not null,
  skill_code text references skill (skill_code),
  found_at timestamptz not null
);

create index problem_by_request on problem (request_id);

-- A follow-up names the problem again; its last result counts.
create table problem_result (
  problem_id uuid not null references problem (problem_id),
  visit_id uuid not null references visit (visit_id),
  request_id uuid not null references help_request (request_id),
  result text not null check (result in ('solved', 'partly', 'not_solved', 'referred')),
  reported_at timestamptz not null,
  primary key (problem_id, visit_id)
);

create table training (
  training_id uuid primary key,
  visit_id uuid not null references visit (visit_id),
  request_id uuid not null references help_request (request_id),
  topic text not null,
  skill_code text references skill (skill_code),
  sessions integer not null check (sessions >= 1),
  attendances integer not null check (attendances >= 0),
  people integer check (people >= 0),
  hours double precision not null
);

create index training_by_visit on training (visit_id);

create table benefit (
  benefit_id uuid primary key,
  visit_id uuid not null references visit (visit_id),
  request_id uuid not null references help_request (request_id),
  kind text not null check (kind in ('new_value', 'cost_saved', 'income_gain', 'sales', 'output', 'fee_deferred', 'donation')),
  amount_fen bigint not null check (amount_fen >= 0),
  basis text not null,
  proof text not null check (proof in ('estimated', 'confirmed'))
);

create index benefit_by_visit on benefit (visit_id);

create table achievement (
  achievement_id uuid primary key,
  visit_id uuid not null references visit (visit_id),
  request_id uuid not null references help_request (request_id),
  kind text not null check (kind in ('patent', 'standard', 'method', 'report', 'award')),
  title text not null,
  number text
);

create index achievement_by_visit on achievement (visit_id);

create table confirmation (
  request_id uuid not null references help_request (request_id),
  position integer not null,
  solved boolean not null,
  rating integer check (rating between 1 and 5),
  comment text,
  said_by text not null check (said_by in ('requester', 'callback')),
  actor text not null,
  confirmed_at timestamptz not null,
  primary key (request_id, position)
);

create table notice (
  notice_id uuid primary key,
  recipient text not null check (recipient in ('team', 'officer', 'requester')),
  recipient_key text not null,
  province_code text,
  city_code text,
  county_code text,
  request_id uuid not null references help_request (request_id),
  offer_id uuid references offer (offer_id),
  kind text not null check (kind in ('offer', 'offer_withdrawn', 'accepted', 'visit', 'deadline', 'queue', 'result', 'message')),
  text text not null,
  created_at timestamptz not null,
  delivered_at timestamptz,
  read_at timestamptz,
  hook_attempts integer not null default 0,
  hook_next_at timestamptz
);

create index notice_unread on notice (recipient, recipient_key, created_at) where read_at is null;
create index notice_undelivered on notice (hook_next_at) where delivered_at is null;
