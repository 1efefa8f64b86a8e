import { etagMismatch, notFound } from '@vitrylo/errors'
import { appendOutbox } from '@vitrylo/events'
import { pageOf, type Asker, type ListDefinition, type ListRequest } from '@vitrylo/lists'
import { exec, many, one, sql, type Db, type Pool, type Tx } from '@vitrylo/pg'
import { CustomFieldChangedEvent } from '@vitrylo/proto/events.ts'
import { CustomFieldKind, CustomIndexState, type CustomField, type CustomLabel } from '@vitrylo/proto/vitrylo/directory/v1/custom_field.ts'
import { fromWord, wordOf, wordsOf } from '@vitrylo/proto/words.ts'
import { remembered } from '@vitrylo/service'
import { explained } from '../constraints.ts'

type Row = {
  id: string
  resource: string
  name: string
  kind: string
  label: CustomLabel
  options: CustomField['options']
  required: boolean
  is_unique: boolean
  default_value: unknown
  visible_when: string
  section_id: string | null
  position: number
  searchable: boolean
  filterable: boolean
  archived: boolean
  link_to: string
  index_state: string
  index_problem: string
  pack: string
  sensitive: boolean
  revision: number
  created_at: Date
  updated_at: Date
}

const columns = sql`f.id, f.resource, f.name, f.kind, f.label, f.options, f.required, f.is_unique, f.default_value, f.visible_when,
  f.section_id, f.position, f.searchable, f.filterable, f.archived, f.link_to, f.index_state, f.index_problem, f.pack, f.sensitive, f.revision,
  f.created_at, f.updated_at`

const fromRow = (row: Row): CustomField => ({
  id: row.id,
  etag: String(row.revision),
  createTime: row.created_at,
  updateTime: row.updated_at,
  resource: row.resource,
  name: row.name,
  kind: fromWord(CustomFieldKind, row.kind),
  label: row.label,
  options: row.options,
  required: row.required,
  unique: row.is_unique,
  defaultValue: row.default_value ?? undefined,
  visibleWhen: row.visible_when,
  sectionId: row.section_id ?? undefined,
  position: row.position,
  searchable: row.searchable,
  filterable: row.filterable,
  archived: row.archived,
  linkTo: row.link_to,
  indexState: fromWord(CustomIndexState, row.index_state),
  indexProblem: row.index_problem,
  pack: row.pack,
  sensitive: row.sensitive,
})

const list: ListDefinition = {
  id: sql`f.id`,
  fields: {
    resource: { column: sql`f.resource`, type: 'text' },
    name: { column: sql`f.name`, type: 'text' },
    kind: { column: sql`f.kind`, type: 'word', words: wordsOf(CustomFieldKind) },
    archived: { column: sql`f.archived`, type: 'boolean' },
    filterable: { column: sql`f.filterable`, type: 'boolean' },
    pack: { column: sql`f.pack`, type: 'text' },
  },
  orders: { position: { column: sql`f.position`, type: 'bigint' }, updateTime: { column: sql`f.updated_at`, type: 'timestamptz' } },
  defaultOrder: 'position',
}

export async function getCustomField(db: Db, id: string): Promise<CustomField> {
  const row = await one<Row>(db, sql`select ${columns} from custom_field f where f.id = ${id}`)
  if (row === undefined) throw notFound('custom-field', id)
  return fromRow(row)
}

export async function fieldsOfResource(db: Db, resource: string): Promise<CustomField[]> {
  const rows = await many<Row>(db, sql`select ${columns} from custom_field f where f.resource = ${resource} order by f.position, f.name`)
  return rows.map(fromRow)
}

/** Definitions of one resource are added one after another: their number is bounded, and conditions name each other. */
export async function holdResource(tx: Tx, resource: string): Promise<void> {
  await exec(tx, sql`select pg_advisory_xact_lock(hashtextextended(${`custom-fields ${resource}`}, 100))`)
}

export async function listCustomFields(pool: Pool, asker: Asker, request: ListRequest) {
  const page = pageOf(list, request, asker)
  const { rows, nextPageToken } = await page.read<Row>(
    pool,
    sql`select ${columns}, ${page.pageKey} as page_key from custom_field f where ${page.where} order by ${page.orderBy} limit ${page.limit}`,
  )
  return { customFields: rows.map(fromRow), nextPageToken }
}

export async function lockCustomField(tx: Tx, id: string, etag = ''): Promise<CustomField> {
  const row = await one<Row>(tx, sql`select ${columns} from custom_field f where f.id = ${id} for update`)
  if (row === undefined) throw notFound('custom-field', id)
  if (etag !== '' && etag !== String(row.revision)) throw etagMismatch('custom-field', id)
  return remembered(fromRow(row))
}

const json = (value: unknown): string | null => (value === undefined || value === null ? null : JSON.stringify(value))

/** Whether an index has to be made for it by the service of the records. */
const indexState = (f: CustomField): string => (!f.archived && (f.filterable || f.unique) ? 'building' : 'unspecified')

export async function insertCustomField(tx: Tx, f: CustomField, now: Date): Promise<CustomField> {
  const row = await explained(
    one<Row>(
      tx,
      sql`insert into custom_field as f (id, resource, name, kind, label, options, required, is_unique, default_value, visible_when, section_id,
            position, searchable, filterable, archived, link_to, index_state, pack, sensitive, revision, created_at, updated_at)
          values (${f.id}, ${f.resource}, ${f.name}, ${wordOf(CustomFieldKind, f.kind)}, ${JSON.stringify(f.label)}, ${JSON.stringify(f.options)},
            ${f.required}, ${f.unique}, ${json(f.defaultValue)}::jsonb, ${f.visibleWhen}, ${f.sectionId ?? null}, ${f.position}, ${f.searchable},
            ${f.filterable}, ${f.archived}, ${f.linkTo}, ${indexState(f)}, ${f.pack}, ${f.sensitive}, 1, ${now}, ${now})
          returning ${columns}`,
    ),
  )
  return told(tx, fromRow(row!))
}

export async function updateCustomField(tx: Tx, f: CustomField, now: Date): Promise<CustomField> {
  const row = await explained(
    one<Row>(
      tx,
      sql`update custom_field f set label = ${JSON.stringify(f.label)}, options = ${JSON.stringify(f.options)}, required = ${f.required},
            is_unique = ${f.unique}, default_value = ${json(f.defaultValue)}::jsonb, visible_when = ${f.visibleWhen}, section_id = ${f.sectionId ?? null},
            position = ${f.position}, filterable = ${f.filterable}, archived = ${f.archived}, index_state = ${indexState(f)}, index_problem = '',
            pack = ${f.pack}, sensitive = ${f.sensitive}, revision = revision + 1, updated_at = ${now}
          where id = ${f.id} returning ${columns}`,
    ),
  )
  return told(tx, fromRow(row!))
}

/** Tells every service of a definition that is under lock. */
async function told(tx: Tx, field: CustomField): Promise<CustomField> {
  const section = await one<{ visible_when: string }>(
    tx,
    sql`select visible_when from custom_section where id = ${field.sectionId ?? null}::uuid and not archived`,
  )
  const data = { customField: field, sectionVisibleWhen: section?.visible_when ?? '' }
  await appendOutbox(tx, [{ type: CustomFieldChangedEvent, key: field.id, revision: Number(field.etag), data }])
  return field
}

/** Fields that stand in a section, anew: its condition is theirs. */
export async function touchFieldsOf(tx: Tx, sectionId: string, now: Date): Promise<void> {
  const rows = await many<Row>(tx, sql`select ${columns} from custom_field f where f.section_id = ${sectionId} order by f.id for update`)
  for (const row of rows) await updateCustomField(tx, fromRow(row), now)
}

/** What a service says of an index. Of an older definition it says nothing any more: it is telling of the new one yet. Revision 0: it does not know. */
export async function noteIndex(tx: Tx, id: string, { ready, problem, revision }: { ready: boolean; problem: string; revision: number }): Promise<void> {
  await exec(
    tx,
    sql`update custom_field set index_state = ${ready ? 'ready' : 'failed'}, index_problem = ${problem}
        where id = ${id} and index_state <> 'unspecified' and (${revision} = 0 or revision <= ${revision})`,
  )
}
