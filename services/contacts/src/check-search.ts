import { one, sql, type Pool } from '@vitrylo/pg'
import { Refusal } from '@vitrylo/service'

/** Without a UTF-8 locale PostgreSQL's trigrams do not see Cyrillic letters, and where blanks do not count in the order of texts beginnings of names are not one range: search would quietly find less. */
export async function checkSearch(pool: Pool): Promise<void> {
  const row = await one<{ sees: boolean }>(pool, sql`select similarity('Ковальчук', 'Ковалчук') > 0.5 and 'a z'::text < 'aa'::text as sees`)
  if (row?.sees !== true) throw new Refusal('the database of VITRYLO_DATABASE_URL does not see Cyrillic letters or sorts by the rules of a language: create it with --locale=C.UTF-8')
}
