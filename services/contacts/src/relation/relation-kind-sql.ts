import { etagMismatch, notFound } from '@vitrylo/errors'
import { pageOf, type Asker, type ListDefinition, type ListRequest } from '@vitrylo/lists'
import { exec, one, sql, type Db, type Pool, type Sql, type Tx } from '@vitrylo/pg'
import { RelationChart, type RelationKind } from '@vitrylo/proto/vitrylo/contacts/v1/relation.ts'
import { fromWord, wordOf, wordsOf } from '@vitrylo/proto/words.ts'
import { explained } from '../constraints.ts'

type Row = {
  id: string
  from_uk: string
  from_en: string
  to_uk: string
  to_en: string
  chart: string
  mutual: boolean
  archived: boolean
  revision: number
  created_at: Date
  updated_at: Date
}

// Kinds belong to the firm and to no branch: the right itself, whatever its scope, is the whole decision.
const columns = sql`k.id, k.from_uk, k.from_en, k.to_uk, k.to_en, k.chart, k.mutual, k.archived, k.revision, k.created_at, k.updated_at`

const fromRow = (row: Row): RelationKind => ({
  id: row.id,
  etag: String(row.revision),
  createTime: row.created_at,
  updateTime: row.updated_at,
  fromName: { uk: row.from_uk, en: row.from_en },
  toName: { uk: row.to_uk, en: row.to_en },
  chart: row.chart === '' ? RelationChart.UNSPECIFIED : fromWord(RelationChart, row.chart),
  symmetric: row.mutual,
  archived: row.archived,
})

export const chartWord = (chart: RelationChart): string => (chart === RelationChart.UNSPECIFIED ? '' : wordOf(RelationChart, chart))

const list: ListDefinition = {
  id: sql`k.id`,
  fields: {
    name: { column: sql`k.from_uk`, type: 'text' },
    chart: { column: sql`k.chart`, type: 'word', words: wordsOf(RelationChart) },
    archived: { column: sql`k.archived`, type: 'boolean' },
  },
  orders: { name: { column: sql`k.from_uk`, type: 'text' } },
  defaultOrder: 'name',
}

export async function listRelationKinds(pool: Pool, asker: Asker, request: ListRequest) {
  const page = pageOf(list, request, asker)
  const { rows, nextPageToken } = await page.read<Row>(
    pool,
    sql`select ${columns}, ${page.pageKey} as page_key from relation_kind k where ${page.where} order by ${page.orderBy} limit ${page.limit}`,
  )
  return { relationKinds: rows.map(fromRow), nextPageToken }
}

/** A kind, if there is one. Under `for key share` it cannot be removed before the relation that is of it is written. */
export async function findRelationKind(db: Db, id: string, lock: Sql = sql.empty): Promise<RelationKind | undefined> {
  const row = await one<Row>(db, sql`select ${columns} from relation_kind k where k.id = ${id} ${lock}`)
  return row && fromRow(row)
}

export async function getRelationKind(db: Db, id: string, lock: Sql = sql.empty): Promise<RelationKind> {
  const found = await findRelationKind(db, id, lock)
  if (found === undefined) throw notFound('relation-kind', id)
  return found
}

export async function lockRelationKind(tx: Tx, id: string, etag: string): Promise<RelationKind> {
  const found = await getRelationKind(tx, id, sql`for update`)
  if (etag !== '' && etag !== found.etag) throw etagMismatch('relation-kind', id)
  return found
}

export async function insertRelationKind(tx: Tx, { id, fromName, toName, chart, symmetric, archived }: RelationKind, now: Date): Promise<RelationKind> {
  const row = await one<Row>(
    tx,
    sql`insert into relation_kind as k (id, from_uk, from_en, to_uk, to_en, chart, mutual, archived, revision, created_at, updated_at)
        values (${id}, ${fromName!.uk}, ${fromName!.en}, ${toName!.uk}, ${toName!.en}, ${chartWord(chart)}, ${symmetric}, ${archived}, 1, ${now}, ${now})
        returning ${columns}`,
  )
  return fromRow(row!)
}

export async function updateRelationKind(tx: Tx, { id, fromName, toName, archived }: RelationKind, now: Date): Promise<RelationKind> {
  const row = await one<Row>(
    tx,
    sql`update relation_kind k set from_uk = ${fromName!.uk}, from_en = ${fromName!.en}, to_uk = ${toName!.uk}, to_en = ${toName!.en}, archived = ${archived},
          revision = k.revision + 1, updated_at = ${now} where k.id = ${id} returning ${columns}`,
  )
  return fromRow(row!)
}

export const deleteRelationKind = (tx: Tx, id: string) => explained(exec(tx, sql`delete from relation_kind where id = ${id}`))
