-- The first skill that counts: given by a person, or read from the text with enough confidence. None: nobody has understood it yet.
alter table help_request add column main_skill text references skill (skill_code);
update help_request set main_skill = (
  select skill_code from request_skill
  where request_skill.request_id = help_request.request_id and (source = 'given' or confidence >= 0.6)
  order by position limit 1);

-- An open request of the same requester for the same skill: the automatic way out waits until an officer has said yes or no.
alter table help_request add column likely_duplicate_of uuid references help_request (request_id);
alter table help_request add column duplicate_denied boolean not null default false;

-- One job of several that were told in one text.
alter table help_request add column split_from uuid references help_request (request_id);

drop index help_request_by_requester;
create index help_request_by_requester on help_request (requester_key, main_skill, created_at);
create index help_request_by_county_and_skill on help_request (county_code, main_skill, created_at);
create index help_request_by_original on help_request (duplicate_of) where duplicate_of is not null;
create index help_request_by_split on help_request (split_from) where split_from is not null;

-- What the service had read from a text, and what a person made of it. Codes separated by blanks, the main one first.
create table skill_correction (
  request_id uuid not null references help_request (request_id),
  version bigint not null,
  corrected_at timestamptz not null,
  corrected_by text not null,
  suggested text not null,
  chosen text not null,
  primary key (request_id, version)
);
