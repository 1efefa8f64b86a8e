import { many, one, sql, type Db, type Tx } from '@vitrylo/pg'
import { SubjectTreatment, type SubjectPlace as PlaceMessage } from '@vitrylo/proto/vitrylo/privacy/v1/subject.ts'
import { fromWord } from '@vitrylo/proto/words.ts'
import type { Subject, SubjectPlace } from './places.ts'

const PAGE = 500
/** Records that a preview names, for a look or because they are open. */
const SHOWN = 20
/** Of a part, in letters: Kafka takes a megabyte. */
const PART = 200_000

/** Where rows of the person are, and what an erasure does there. */
export async function countPlaces(db: Db, places: readonly SubjectPlace[], subject: Subject, now: Date): Promise<PlaceMessage[]> {
  const found: PlaceMessage[] = []
  for (const place of places) {
    const kept = place.treatment === 'keep' ? place : undefined
    const open = place.treatment === 'empty' ? place.open : undefined
    const ids = kept?.look ? sql`(array_agg(distinct ${kept.look.id}::text))[1:${SHOWN}]` : open ? sql`(array_agg(t.id::text) filter (where ${open.is}))[1:${SHOWN}]` : sql`null::text[]`
    const row = await one<{ count: number; ids: string[] | null }>(db, sql`select count(*) as count, ${ids} as ids from ${sql([place.table])} t where ${place.of(subject)}`)
    if (row === undefined || row.count === 0) continue
    found.push({
      name: place.name, rowCount: row.count, treatment: fromWord(SubjectTreatment, place.treatment === 'empty' && place.goes ? 'delete' : place.treatment), reason: kept?.reason ?? (row.ids ? 'open' : ''), untilDate: untilOf(place, now),
      section: kept?.look?.section ?? (row.ids && open ? open.section : ''), recordIds: row.ids ?? [],
    })
  }
  return found
}

/** The day from which rows that are kept may be erased. */
export function untilOf(place: SubjectPlace, since: Date): string {
  if (place.treatment !== 'keep' || (place.years === undefined && place.days === undefined)) return ''
  const until = new Date(since)
  until.setUTCFullYear(until.getUTCFullYear() + (place.years ?? 0))
  until.setUTCDate(until.getUTCDate() + (place.days ?? 0))
  return until.toISOString().slice(0, 10)
}

/** Everything in the places, as lines of JSON, in parts that a bus can carry. */
export async function* collectParts(tx: Tx, places: readonly SubjectPlace[], subject: Subject): AsyncGenerator<string> {
  let part = ''
  for (const place of places.filter(({ derived }) => derived === undefined)) {
    for (let from = 0; ; from += PAGE) {
      const rows = await many<{ line: string }>(
        tx,
        sql`select json_build_object('place', ${place.name}::text, 'row', ${place.shown?.(subject) ?? sql`to_jsonb(t)`})::text as line from ${sql([place.table])} t
            where ${place.of(subject)} order by t.ctid limit ${PAGE} offset ${from}`,
      )
      for (const { line } of rows) {
        if (part.length + line.length > PART && part !== '') {
          yield part
          part = ''
        }
        part += `${line}\n`
      }
      if (rows.length < PAGE) break
    }
  }
  if (part !== '') yield part
}

/** Records that an erasure empties and tells of. */
export async function toldIds(db: Db, places: readonly SubjectPlace[], subject: Subject): Promise<string[]> {
  const ids: string[] = []
  for (const place of places) {
    if (place.treatment !== 'empty' || place.told === undefined) continue
    ids.push(...(await many<{ id: string }>(db, sql`select t.id from ${sql([place.table])} t where ${place.of(subject)}`)).map(({ id }) => id))
  }
  return ids
}

/** Records of nobody known that are the person's by what the question names. */
export async function unknownIds(db: Db, places: readonly SubjectPlace[], subject: Subject): Promise<string[]> {
  if (subject.channels === undefined || subject.channels.length === 0) return []
  const found = places.flatMap(({ table, unknown }) => (unknown === undefined ? [] : [sql`select t.id from ${sql([table])} t where ${unknown(subject)}`]))
  return found.length === 0 ? [] : (await many<{ id: string }>(db, sql.join(found, ' union '))).map(({ id }) => id)
}
