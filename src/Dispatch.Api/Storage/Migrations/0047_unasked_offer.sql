-- Whether a team was really asked. Of a service done before the site was there an offer is kept for who took it alone, and it is none in any figure.
alter table offer add column asked boolean not null default true;
update offer set asked = false where explanation = '{"weightsVersion":0,"decidedBecause":"imported"}';
insert into figure_due (request_id, mark) select distinct request_id, 0 from offer where not asked on conflict do nothing;
