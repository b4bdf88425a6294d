-- Among whom an epidemic is suspected: another office is called.
alter table help_request add column safety_people boolean not null default false;

-- The officer who has a held request in hand: its text is shown to nobody else but the one who wrote it.
alter table help_request add column safety_handler text;
