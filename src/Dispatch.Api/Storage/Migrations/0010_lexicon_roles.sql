-- Two roles more (jobs that go apart, skills that come with any trade), and the words of every trade: they are loaded anew from the file.
drop table lexicon;

create table lexicon (
  role text not null check (role in ('task', 'thing', 'sign', 'hint', 'neutral', 'outside', 'denied', 'tried', 'another', 'apart', 'emergency', 'high', 'low', 'remote', 'training', 'lecture', 'consultation', 'one_to_many', 'many_to_one', 'companion', 'character')),
  skill_code text references skill (skill_code),
  words text not null,
  unique (role, skill_code)
);

delete from seeding where file = 'lexicon.csv';
