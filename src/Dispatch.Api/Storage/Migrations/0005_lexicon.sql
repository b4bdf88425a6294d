-- What words mean in a request. One row per role and skill: the reader takes all words of a row or none. Empty: the words are no skill's.
create table lexicon (
  role text not null check (role in ('task', 'thing', 'sign', 'hint', 'neutral', 'outside', 'denied', 'tried', 'another', 'emergency', 'high', 'low', 'remote', 'training', 'lecture', 'consultation', 'one_to_many', 'many_to_one', 'character')),
  skill_code text references skill (skill_code),
  words text not null,
  unique (role, skill_code)
);
