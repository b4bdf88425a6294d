-- The ties of a team to a request were looked for among all that the team had ever done.
drop index assignment_by_request;
create index assignment_of_request on assignment (request_id, team_id);
