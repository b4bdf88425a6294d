-- What another officer says of a correction. Nobody has said anything: it counts once the request was confirmed as solved with it.
alter table skill_correction add column judged text check (judged in ('confirmed', 'refused'));
alter table skill_correction add column judged_at timestamptz;
alter table skill_correction add column judged_by text;
create index skill_correction_by_time on skill_correction (corrected_at, request_id);

-- How texts are read: version 0 is what the service is delivered with, each further one was taught by confirmed corrections.
-- A refused one is kept with its figures and never in use.
create table suggestion_version (
  number integer primary key,
  state text not null check (state in ('active', 'accepted', 'refused')),
  version bigint not null,
  made_at timestamptz,
  made_by text not null,
  activated_at timestamptz,
  activated_by text,
  -- What was said when it was made or last taken up.
  note text,
  compared_with integer references suggestion_version (number),
  lessons integer not null,
  firmness integer not null,
  given_first integer,
  given_three integer,
  unseen_first integer,
  unseen_three integer
);

create unique index suggestion_version_active on suggestion_version (state) where state = 'active';
insert into suggestion_version (number, state, version, made_by, lessons, firmness) values (0, 'active', 1, 'delivered', 0, 0);

-- A version was taught the lessons that begin with it or before and end after it. The text is without personal data.
create table suggestion_lesson (
  request_id uuid not null references help_request (request_id) on delete cascade,
  since_version integer not null references suggestion_version (number),
  until_version integer references suggestion_version (number),
  skill_code text not null references skill (skill_code),
  text text not null,
  corrected_at timestamptz not null,
  primary key (request_id, since_version)
);

create index suggestion_lesson_by_version on suggestion_lesson (since_version);

-- Every node learns of cases solved since it last looked.
create index confirmation_by_time on confirmation (confirmed_at, request_id);

-- Where a place has no counties its own code stands for one.
create index help_request_by_region_and_skill on help_request (region_code, main_skill, created_at) where county_code is null;
