import { etagMismatch, notFound } from '@vitrylo/errors'
import { pageOf, type Asker, type ListDefinition, type ListRequest } from '@vitrylo/lists'
import { exec, many, one, sql, type Db, type Pool, type Sql, type Tx } from '@vitrylo/pg'
import type { ConsentPurpose, ConsentText, LocalText } from '@vitrylo/proto/vitrylo/contacts/v1/consent.ts'

type Row = {
  id: string
  name_uk: string
  name_en: string
  archived: boolean
  version: number
  text_uk: string
  text_en: string
  revision: number
  created_at: Date
  updated_at: Date
}

// Purposes belong to the firm and to no branch: the right itself, whatever its scope, is the whole decision.
const columns = sql`p.id, p.name_uk, p.name_en, p.archived, p.version, x.text_uk, x.text_en, p.revision, p.created_at, p.updated_at`
const from = sql`consent_purpose p join consent_text x on x.purpose_id = p.id and x.version = p.version`

const fromRow = (row: Row): ConsentPurpose => ({
  id: row.id,
  etag: String(row.revision),
  createTime: row.created_at,
  updateTime: row.updated_at,
  name: { uk: row.name_uk, en: row.name_en },
  text: { uk: row.text_uk, en: row.text_en },
  version: row.version,
  archived: row.archived,
})

const list: ListDefinition = {
  id: sql`p.id`,
  fields: { name: { column: sql`p.name_uk`, type: 'text' }, archived: { column: sql`p.archived`, type: 'boolean' } },
  orders: { name: { column: sql`p.name_uk`, type: 'text' } },
  defaultOrder: 'name',
}

export async function listConsentPurposes(pool: Pool, asker: Asker, request: ListRequest) {
  const page = pageOf(list, request, asker)
  const { rows, nextPageToken } = await page.read<Row>(
    pool,
    sql`select ${columns}, ${page.pageKey} as page_key from ${from} where ${page.where} order by ${page.orderBy} limit ${page.limit}`,
  )
  return { consentPurposes: rows.map(fromRow), nextPageToken }
}

export async function findConsentPurpose(db: Db, id: string, lock: Sql = sql.empty): Promise<ConsentPurpose | undefined> {
  const row = await one<Row>(db, sql`select ${columns} from ${from} where p.id = ${id} ${lock}`)
  return row && fromRow(row)
}

export async function getConsentPurpose(db: Db, id: string, lock: Sql = sql.empty): Promise<ConsentPurpose> {
  const found = await findConsentPurpose(db, id, lock)
  if (found === undefined) throw notFound('consent-purpose', id)
  return found
}

export async function lockConsentPurpose(tx: Tx, id: string, etag: string): Promise<ConsentPurpose> {
  // A statement of its own: the next one sees the version that whoever held the lock has made.
  await exec(tx, sql`select from consent_purpose where id = ${id} for update`)
  const found = await getConsentPurpose(tx, id)
  if (etag !== '' && etag !== found.etag) throw etagMismatch('consent-purpose', id)
  return found
}

export async function insertConsentPurpose(tx: Tx, { id, name, text, archived }: ConsentPurpose, actor: string, now: Date): Promise<ConsentPurpose> {
  await exec(
    tx,
    sql`insert into consent_purpose (id, name_uk, name_en, archived, version, revision, created_at, updated_at)
        values (${id}, ${name!.uk}, ${name!.en}, ${archived}, 1, 1, ${now}, ${now})`,
  )
  await insertText(tx, id, 1, text!, actor, now)
  return getConsentPurpose(tx, id)
}

export async function updateConsentPurpose(tx: Tx, next: ConsentPurpose, newText: boolean, actor: string, now: Date): Promise<ConsentPurpose> {
  const { id, name, text, archived } = next
  const version = next.version + (newText ? 1 : 0)
  if (newText) await insertText(tx, id, version, text!, actor, now)
  await exec(
    tx,
    sql`update consent_purpose set name_uk = ${name!.uk}, name_en = ${name!.en}, archived = ${archived}, version = ${version},
          revision = revision + 1, updated_at = ${now} where id = ${id}`,
  )
  return getConsentPurpose(tx, id)
}

const insertText = (tx: Tx, id: string, version: number, text: LocalText, actor: string, now: Date) =>
  exec(
    tx,
    sql`insert into consent_text (purpose_id, version, text_uk, text_en, created_at, created_by)
        values (${id}, ${version}, ${text.uk}, ${text.en}, ${now}, ${actor})`,
  )

const MOST = 200

export async function listConsentTexts(db: Db, id: string): Promise<ConsentText[]> {
  const rows = await many<{ version: number; text_uk: string; text_en: string; created_at: Date; created_by: string }>(
    db,
    sql`select version, text_uk, text_en, created_at, created_by from consent_text where purpose_id = ${id} order by version desc limit ${MOST}`,
  )
  if (rows.length === 0) throw notFound('consent-purpose', id)
  return rows.map((row) => ({ version: row.version, text: { uk: row.text_uk, en: row.text_en }, createTime: row.created_at, actorId: row.created_by }))
}
