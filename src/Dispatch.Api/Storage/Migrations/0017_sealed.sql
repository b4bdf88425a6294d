-- What is known of a person, sealed. Empty: not sealed yet; that happens before 0018, which takes the plain columns away.
alter table help_request add column person text not null default '';
alter table member add column person text not null default '';
