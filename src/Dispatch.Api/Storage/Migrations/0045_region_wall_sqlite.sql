-- SQLite has no policies: the conditions of the statements are the only wall.
select 1;
