import { sql, type Sql } from '@vitrylo/pg'

/**
 * Texts that lead to one of the ids by the address of a record. Names are not looked for: who is meant by one nobody can tell.
 * There is an index: `using gin (linked_ids(words)) where words ~ '[0-9a-f]{8}-[0-9a-f]{4}-'`.
 */
export const naming = (words: Sql, ids: readonly string[]): Sql => sql`((${words}) ~ '[0-9a-f]{8}-[0-9a-f]{4}-' and linked_ids(${words}) && ${ids}::uuid[])`
