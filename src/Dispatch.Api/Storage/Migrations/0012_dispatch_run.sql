-- An offer may come out of a batch. A list of words is no column that can be altered: the words move to a new one.
alter table offer rename column way to former_way;
alter table offer add column way text not null default 'picked' check (way in ('picked', 'automatic', 'broadcast', 'claimed', 'arbitrated', 'batch'));
update offer set way = former_way;
alter table offer drop column former_way;

-- Many requests planned at once. Totals are in hundred-thousandths of a weighted point.
create table dispatch_run (
  run_id uuid primary key,
  state text not null check (state in ('planning', 'planned', 'committing', 'committed', 'cancelled', 'failed')),
  version bigint not null,
  region_code text references region (region_code),
  county_code text,
  city_code text,
  province_code text,
  request_ids text,
  fairness integer not null check (fairness between 0 and 100),
  dry_run boolean not null,
  plan_number integer not null default 0,
  done integer not null default 0,
  of_all integer not null default 0,
  planned_from text check (planned_from in ('nothing', 'last_plan', 'pieces')),
  total bigint,
  spread_cost bigint,
  bound bigint,
  greedy_total bigint,
  arrival_total bigint,
  best_without_fairness bigint,
  failure text check (failure in ('too_large', 'fault')),
  made_by text not null,
  committed_by text,
  actor_role text not null,
  actor_region text,
  created_at timestamptz not null,
  changed_at timestamptz not null,
  planned_at timestamptz,
  ended_at timestamptz,
  worker text,
  beat_at timestamptz
);

create index dispatch_run_at_work on dispatch_run (created_at) where state in ('planning', 'committing');
create index dispatch_run_by_time on dispatch_run (created_at, run_id);

-- What a plan says of each request. A new plan of the same run has the next number; the run names the one that counts.
create table dispatch_run_item (
  run_id uuid not null references dispatch_run (run_id),
  plan_number integer not null,
  position integer not null,
  request_id uuid not null references help_request (request_id),
  request_version bigint not null,
  state text not null check (state in ('planned', 'left_out', 'kept_out', 'offered', 'changed')),
  why text check (why in ('not_open', 'safety_hold', 'referral_proposed', 'likely_duplicate', 'unknown_skill', 'published', 'several_teams', 'no_team', 'no_free_place', 'places_worth_more', 'request_changed', 'team_at_capacity', 'team_suspended', 'team_not_eligible')),
  detail text,
  team_id uuid references team (team_id),
  tier text check (tier in ('grassroots', 'county', 'city', 'province', 'country')),
  score integer,
  weight integer,
  gain integer,
  lacking integer,
  offer_id uuid references offer (offer_id),
  primary key (run_id, plan_number, request_id)
);

create index dispatch_run_item_in_order on dispatch_run_item (run_id, plan_number, position);
