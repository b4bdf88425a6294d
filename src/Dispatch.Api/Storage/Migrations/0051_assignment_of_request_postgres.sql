-- apart
-- The ties of a team to a request are few of all that the team ever did.
drop index concurrently if exists assignment_of_request;
create index concurrently assignment_of_request on assignment (request_id, team_id);
drop index concurrently if exists assignment_by_request;
