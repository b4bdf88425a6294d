create table help_request (
  request_id uuid primary key,
  reference text not null unique,
  state text not null check (state in ('open', 'offered', 'accepted', 'in_progress', 'on_hold', 'resolved', 'closed', 'cancelled')),
  version bigint not null,
  tier text not null check (tier in ('grassroots', 'county', 'city', 'province', 'country')),
  queue text check (queue in ('triage', 'dispatch', 'claim', 'arbitration')),
  automatic boolean not null default false,
  requester_kind text not null check (requester_kind in ('enterprise', 'farmer', 'cooperative', 'village', 'school', 'union', 'community', 'individual', 'worker', 'model_worker')),
  requester_name text not null,
  requester_phone text,
  requester_credit_code text,
  requester_contact text,
  requester_key text not null,
  requester_subject text,
  text text not null,
  region_code text not null references region (region_code),
  province_code text,
  city_code text,
  county_code text,
  address text,
  lat double precision not null,
  lng double precision not null,
  given_lat double precision,
  given_lng double precision,
  given_crs text check (given_crs in ('wgs84', 'gcj02', 'bd09', 'cgcs2000')),
  urgency text not null check (urgency in ('low', 'normal', 'high', 'emergency')),
  form text not null check (form in ('on_site', 'remote', 'training', 'lecture', 'consultation')),
  mode text not null check (mode in ('one_to_one', 'one_to_many', 'many_to_one')),
  channel text not null check (channel in ('web', 'phone', 'hotline', 'mini_program', 'partner')),
  confidentiality text not null check (confidentiality in ('normal', 'process_secret', 'beneficiary_hidden')),
  preferred_team_id uuid references team (team_id),
  external_source text,
  external_number text,
  track_hash text not null unique,
  safety_kind text check (safety_kind in ('epidemic', 'medical', 'self_harm', 'electric_shock', 'wage_arrears')),
  safety_held boolean not null default false,
  held_from text check (held_from in ('open', 'accepted', 'in_progress')),
  accepted_at timestamptz,
  result text check (result in ('solved', 'partly', 'not_solved', 'referred')),
  summary text,
  resolved_at timestamptz,
  outcome text check (outcome in ('confirmed', 'denied', 'not_confirmed')),
  closed_at timestamptz,
  cancel_reason text check (cancel_reason in ('withdrawn', 'duplicate', 'referred', 'rejected', 'unmet')),
  duplicate_of uuid references help_request (request_id),
  reopened_from uuid references help_request (request_id),
  reopen_count integer not null default 0,
  created_at timestamptz not null,
  changed_at timestamptz not null,
  unique (external_source, external_number),
  -- No open request is ever without a next step: somebody's desk has it.
  check (state <> 'open' or queue is not null)
);

create index help_request_by_time on help_request (created_at, request_id);
create index help_request_open on help_request (state, created_at) where state in ('open', 'offered', 'accepted', 'in_progress', 'on_hold');
create index help_request_by_county on help_request (county_code, created_at);
create index help_request_by_requester on help_request (requester_key);

create table request_skill (
  request_id uuid not null references help_request (request_id),
  position integer not null,
  skill_code text not null references skill (skill_code),
  min_level integer not null check (min_level between 1 and 8),
  source text not null check (source in ('given', 'suggested')),
  confidence double precision not null,
  primary key (request_id, position)
);

create table request_window (
  request_id uuid not null references help_request (request_id),
  position integer not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  primary key (request_id, position)
);

create table request_exclusion (
  request_id uuid not null references help_request (request_id),
  team_id uuid not null references team (team_id),
  kind text not null check (kind in ('excluded', 'conflict')),
  primary key (request_id, team_id)
);

create table timeline (
  request_id uuid not null references help_request (request_id),
  seq integer not null,
  at timestamptz not null,
  actor_role text not null,
  actor text not null,
  subject text not null check (subject in ('request', 'offer', 'assignment', 'visit', 'deadline')),
  subject_id uuid not null,
  action text not null,
  from_state text,
  to_state text,
  reason text,
  note text,
  primary key (request_id, seq)
);

create table deadline (
  deadline_id uuid primary key,
  request_id uuid not null references help_request (request_id),
  kind text not null check (kind in ('triage', 'answer', 'first_visit', 'report', 'closing', 'silent_closing')),
  offer_id uuid,
  due_at timestamptz not null,
  state text not null check (state in ('running', 'paused', 'met', 'missed')),
  provisional boolean not null,
  remaining_minutes integer,
  set_at timestamptz not null,
  ended_at timestamptz
);

create index deadline_by_request on deadline (request_id);

-- Fired by deleting the row in the transaction of its effect.
create table timer (
  timer_id uuid primary key,
  request_id uuid not null references help_request (request_id),
  deadline_id uuid not null unique references deadline (deadline_id),
  due_at timestamptz not null
);

create index timer_by_due on timer (due_at);

create table idempotent_answer (
  scope text not null,
  idempotency_key text not null,
  fingerprint text not null,
  status integer not null,
  location text,
  etag text,
  body text not null,
  kept_at timestamptz not null,
  primary key (scope, idempotency_key)
);

create index idempotent_answer_by_age on idempotent_answer (kept_at);
