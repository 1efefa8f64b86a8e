import { etagMismatch, notFound } from '@vitrylo/errors'
import { pageOf, type Asker, type ListDefinition, type ListRequest } from '@vitrylo/lists'
import { many, one, sql, type Db, type Pool, type Tx } from '@vitrylo/pg'
import type { CustomLabel, CustomSection } from '@vitrylo/proto/vitrylo/directory/v1/custom_field.ts'
import { remembered } from '@vitrylo/service'
import { explained } from '../constraints.ts'

type Row = {
  id: string
  resource: string
  name: string
  label: CustomLabel
  position: number
  visible_when: string
  archived: boolean
  pack: string
  revision: number
  created_at: Date
  updated_at: Date
}

const columns = sql`s.id, s.resource, s.name, s.label, s.position, s.visible_when, s.archived, s.pack, s.revision, s.created_at, s.updated_at`

const fromRow = (row: Row): CustomSection => ({
  id: row.id,
  etag: String(row.revision),
  createTime: row.created_at,
  updateTime: row.updated_at,
  resource: row.resource,
  name: row.name,
  label: row.label,
  position: row.position,
  visibleWhen: row.visible_when,
  archived: row.archived,
  pack: row.pack,
})

const list: ListDefinition = {
  id: sql`s.id`,
  fields: {
    resource: { column: sql`s.resource`, type: 'text' },
    name: { column: sql`s.name`, type: 'text' },
    archived: { column: sql`s.archived`, type: 'boolean' },
    pack: { column: sql`s.pack`, type: 'text' },
  },
  orders: { position: { column: sql`s.position`, type: 'bigint' }, updateTime: { column: sql`s.updated_at`, type: 'timestamptz' } },
  defaultOrder: 'position',
}

export async function getCustomSection(db: Db, id: string): Promise<CustomSection> {
  const row = await one<Row>(db, sql`select ${columns} from custom_section s where s.id = ${id}`)
  if (row === undefined) throw notFound('custom-section', id)
  return fromRow(row)
}

export async function sectionsOfResource(db: Db, resource: string): Promise<CustomSection[]> {
  return (await many<Row>(db, sql`select ${columns} from custom_section s where s.resource = ${resource} order by s.position, s.name`)).map(fromRow)
}

export async function listCustomSections(pool: Pool, asker: Asker, request: ListRequest) {
  const page = pageOf(list, request, asker)
  const { rows, nextPageToken } = await page.read<Row>(
    pool,
    sql`select ${columns}, ${page.pageKey} as page_key from custom_section s where ${page.where} order by ${page.orderBy} limit ${page.limit}`,
  )
  return { customSections: rows.map(fromRow), nextPageToken }
}

export async function lockCustomSection(tx: Tx, id: string, etag = ''): Promise<CustomSection> {
  const row = await one<Row>(tx, sql`select ${columns} from custom_section s where s.id = ${id} for update`)
  if (row === undefined) throw notFound('custom-section', id)
  if (etag !== '' && etag !== String(row.revision)) throw etagMismatch('custom-section', id)
  return remembered(fromRow(row))
}

export async function insertCustomSection(tx: Tx, s: CustomSection, now: Date): Promise<CustomSection> {
  const row = await explained(
    one<Row>(
      tx,
      sql`insert into custom_section as s (id, resource, name, label, position, visible_when, archived, pack, revision, created_at, updated_at)
          values (${s.id}, ${s.resource}, ${s.name}, ${JSON.stringify(s.label)}, ${s.position}, ${s.visibleWhen}, ${s.archived}, ${s.pack}, 1, ${now}, ${now})
          returning ${columns}`,
    ),
  )
  return fromRow(row!)
}

export async function updateCustomSection(tx: Tx, s: CustomSection, now: Date): Promise<CustomSection> {
  const row = await one<Row>(
    tx,
    sql`update custom_section s set label = ${JSON.stringify(s.label)}, position = ${s.position}, visible_when = ${s.visibleWhen},
          archived = ${s.archived}, pack = ${s.pack}, revision = revision + 1, updated_at = ${now}
        where id = ${s.id} returning ${columns}`,
  )
  return fromRow(row!)
}
