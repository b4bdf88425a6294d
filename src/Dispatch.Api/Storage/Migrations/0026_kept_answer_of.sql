-- Of which request an answer speaks, and to which team: it is not given again when the team loses the request, or its person is erased.
alter table idempotent_answer add column request_id uuid;
alter table idempotent_answer add column team_id uuid;
create index idempotent_answer_of on idempotent_answer (request_id) where request_id is not null;
