-- Up Migration
-- Every word of letters by which counterparties are found, once: where a word was mistyped, the words that were meant are looked up
-- here, not in all records (src/search/words.ts). A word says nothing of whose it is; one that no record has any more is gone after a day.
create table search_word (
  word text collate "C" primary key,
  -- When all words were gathered last before which it was seen, or when it came in.
  seen_at timestamptz not null
);
create index search_word_pieces on search_word using gin (word gin_trgm_ops);
-- Up to which record words were gathered, when what came late was looked for, and when all of them were gathered anew.
create table search_words_seen (
  only_row boolean primary key default true,
  counterparty_at timestamptz not null default '-infinity',
  counterparty_id uuid not null default '00000000-0000-0000-0000-000000000000',
  person_at timestamptz not null default '-infinity',
  person_id uuid not null default '00000000-0000-0000-0000-000000000000',
  again_at timestamptz not null default '-infinity',
  whole_at timestamptz not null default '-infinity',
  constraint search_words_seen_one check (only_row)
);
insert into search_words_seen default values;
