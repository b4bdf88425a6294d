-- What the service says is kept in both languages and chosen when it is read. What was written before stands in Chinese.
alter table notice add column text_en text not null default '';
update notice set text_en = text;

-- The English beside a note of the service; a person's note stands alone.
alter table timeline add column note_en text;

-- Of the words in the kept bytes: a repeat gets them as they are.
alter table idempotent_answer add column language text;
