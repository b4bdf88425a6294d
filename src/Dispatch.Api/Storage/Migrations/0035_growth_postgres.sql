-- apart
-- A page, a leader's own list and the report of a region cost what they show, however many requests there are elsewhere and from before.
drop index concurrently if exists help_request_by_city;
create index concurrently help_request_by_city on help_request (city_code, created_at, request_id);
drop index concurrently if exists help_request_by_province;
create index concurrently help_request_by_province on help_request (province_code, created_at, request_id);
drop index concurrently if exists help_request_closed_by_province;
create index concurrently help_request_closed_by_province on help_request (province_code, closed_at) where closed_at is not null;
drop index concurrently if exists help_request_by_subject;
create index concurrently help_request_by_subject on help_request (requester_subject, created_at, request_id) where requester_subject is not null;
drop index concurrently if exists help_request_to_claim;
create index concurrently help_request_to_claim on help_request (created_at) where queue = 'claim';
drop index concurrently if exists offer_by_time;
create index concurrently offer_by_time on offer (offered_at, offer_id);
drop index concurrently if exists visit_by_time;
create index concurrently visit_by_time on visit (starts_at, visit_id);
drop index concurrently if exists assignment_by_team;
create index concurrently assignment_by_team on assignment (team_id);

-- What an office has not read: it asks again and again, of its own region.
drop index concurrently if exists notice_of_office;
create index concurrently notice_of_office on notice (recipient, created_at, notice_id) where recipient = 'officer' and read_at is null;
drop index concurrently if exists notice_of_county;
create index concurrently notice_of_county on notice (county_code, created_at, notice_id) where recipient = 'officer' and read_at is null;
drop index concurrently if exists notice_of_city;
create index concurrently notice_of_city on notice (city_code, created_at, notice_id) where recipient = 'officer' and read_at is null;
drop index concurrently if exists notice_of_province;
create index concurrently notice_of_province on notice (province_code, created_at, notice_id) where recipient = 'officer' and read_at is null;
