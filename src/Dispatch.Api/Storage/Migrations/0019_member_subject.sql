-- Who signs in as this member: then the visits he is booked for are his.
alter table member add column subject text;
create unique index member_by_subject on member (team_id, subject) where subject is not null;
create index visit_member_by_member on visit_member (member_id);
