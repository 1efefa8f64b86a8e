import { one, sql, type Pool } from '@vitrylo/pg'
import { Refusal } from '@vitrylo/service'

/** Without a UTF-8 locale PostgreSQL's trigrams do not see Cyrillic letters and search would quietly find less. */
export async function checkSearch(pool: Pool): Promise<void> {
  const row = await one<{ sees: boolean }>(pool, sql`select similarity('Ковальчук', 'Ковалчук') > 0.5 as sees`)
  if (row?.sees !== true) throw new Refusal('the database of VITRYLO_DATABASE_URL does not see Cyrillic letters: create it with --locale=C.UTF-8 (lc_ctype)')
}
