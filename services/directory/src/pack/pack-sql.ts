import type { Cell } from '@vitrylo/auth'
import { pageOf, type Asker, type ListDefinition, type ListRequest } from '@vitrylo/lists'
import { exec, many, one, sql, type Db, type Pool, type Tx } from '@vitrylo/pg'
import type { CustomField, CustomSection } from '@vitrylo/proto/vitrylo/directory/v1/custom_field.ts'
import type { PackChange, PackInstallation } from '@vitrylo/proto/vitrylo/directory/v1/pack.ts'

/** What an installation found: a rollback goes back to it. */
export type Before = {
  sections: { created: string[]; changed: CustomSection[] }
  fields: { created: string[]; changed: CustomField[] }
  /** Rights that were added. */
  groups: { id: string; cells: Cell[] }[]
  filters: { created: string[]; changed: FilterRow[] }
}

export type FilterRow = { id: string; packKey: string; displayName: string; filter: string; orderBy: string; groups: string[] }

type Row = { id: string; pack: string; version: number; from_version: number; action: string; actor: string; changes: PackChange[]; before: Before; created_at: Date }

const columns = sql`p.id, p.pack, p.version, p.from_version, p.action, p.actor, p.changes, p.created_at`

const fromRow = (row: Omit<Row, 'before'>): PackInstallation => ({
  id: row.id, pack: row.pack, version: row.version, fromVersion: row.from_version, action: row.action, actor: row.actor, createTime: row.created_at, changes: row.changes,
})

const list: ListDefinition = {
  id: sql`p.id`,
  fields: { pack: { column: sql`p.pack`, type: 'text' }, action: { column: sql`p.action`, type: 'word', words: ['install', 'upgrade', 'rollback'] }, createTime: { column: sql`p.created_at`, type: 'time' } },
  orders: { createTime: { column: sql`p.created_at`, type: 'timestamptz' } },
  defaultOrder: 'createTime desc',
}

export async function listInstallations(pool: Pool, asker: Asker, request: ListRequest) {
  const page = pageOf(list, request, asker)
  const { rows, nextPageToken } = await page.read<Row>(
    pool,
    sql`select ${columns}, ${page.pageKey} as page_key from pack_installation p where ${page.where} order by ${page.orderBy} limit ${page.limit}`,
  )
  return { packInstallations: rows.map(fromRow), nextPageToken }
}

export type Installed = { version: number; time: Date }

/** What is installed now, by the names of packs. */
export async function installedPacks(db: Db): Promise<Map<string, Installed>> {
  const rows = await many<{ pack: string; version: number; created_at: Date }>(
    db,
    sql`select distinct on (p.pack) p.pack, p.version, p.created_at from pack_installation p order by p.pack, p.id desc`,
  )
  return new Map(rows.map((row) => [row.pack, { version: row.version, time: row.created_at }]))
}

/** One change of packs at a time: what one plans, another would change. */
export const holdPacks = (tx: Tx) => exec(tx, sql`select pg_advisory_xact_lock(hashtextextended('packs', 100))`)

/** The last installation that was not rolled back: each rollback in the journal takes one back, the latest first. */
export async function lastInstallation(tx: Tx, pack: string): Promise<{ before: Before; fromVersion: number; changes: PackChange[] } | undefined> {
  const row = await one<Row>(
    tx,
    sql`select p.before, p.from_version, p.changes from pack_installation p
        where p.pack = ${pack} and p.action <> 'rollback' and (
          select coalesce(max(depth), 0) from (
            select sum(case when l.action = 'rollback' then 1 else -1 end) over (order by l.id) as depth
            from pack_installation l where l.pack = p.pack and l.id > p.id) later) <= 0
        order by p.id desc limit 1`,
  )
  return row && { before: row.before, fromVersion: row.from_version, changes: row.changes }
}

export type NewInstallation = Omit<PackInstallation, 'createTime'> & { before: Before }

export const insertInstallation = (tx: Tx, p: NewInstallation, now: Date) =>
  exec(
    tx,
    sql`insert into pack_installation (id, pack, version, from_version, action, actor, changes, before, created_at)
        values (${p.id}, ${p.pack}, ${p.version}, ${p.fromVersion}, ${p.action}, ${p.actor}, ${JSON.stringify(p.changes)}, ${JSON.stringify(p.before)}, ${now})`,
  )

/** Saved filters that packs brought. */
export const packFilters = (db: Db): Promise<FilterRow[]> =>
  many<FilterRow>(
    db,
    sql`select f.id, f.pack_key as "packKey", f.display_name as "displayName", f.filter, f.order_by as "orderBy", f.groups
        from saved_filter f where f.pack_key <> '' order by f.pack_key`,
  )

/** An owner who has one of that name already, of an installation before it perhaps, keeps it beside this one. */
export const insertPackFilter = (tx: Tx, f: FilterRow & { resource: string; ownerId: string }, now: Date) =>
  exec(
    tx,
    sql`insert into saved_filter (id, display_name, resource, filter, order_by, columns, groups, owner_id, revision, created_at, updated_at, pack_key)
        values (${f.id}, ${f.displayName}::text || case when exists (select from saved_filter o where o.owner_id = ${f.ownerId} and o.resource = ${f.resource} and o.display_name = ${f.displayName})
            then ${` (${f.id.slice(0, 8)})`} else '' end, ${f.resource}, ${f.filter}, ${f.orderBy}, '{}', ${f.groups}, ${f.ownerId}, 1, ${now}, ${now}, ${f.packKey})`,
  )

export const updatePackFilter = (tx: Tx, f: Pick<FilterRow, 'id' | 'filter' | 'orderBy' | 'groups'>, now: Date) =>
  exec(
    tx,
    sql`update saved_filter set filter = ${f.filter}, order_by = ${f.orderBy}, groups = ${f.groups}, revision = revision + 1, updated_at = ${now} where id = ${f.id}`,
  )

/** Those that are as they were brought go; one that somebody has made theirs is the pack's no more. Gives the keys of these. */
export async function removePackFilters(tx: Tx, ids: readonly string[], brought: readonly Omit<FilterRow, 'id'>[], now: Date): Promise<string[]> {
  await exec(
    tx,
    sql`delete from saved_filter f where f.id = any(${ids}::uuid[]) and (f.revision = 1 or exists (
          select from jsonb_to_recordset(${JSON.stringify(brought)}::jsonb) as b ("packKey" text, "displayName" text, filter text, "orderBy" text, groups text[])
          where b."packKey" = f.pack_key and (b."displayName", b.filter, b."orderBy", b.groups) = (f.display_name, f.filter, f.order_by, f.groups)))`,
  )
  const kept = await many<{ key: string }>(
    tx,
    sql`update saved_filter f set pack_key = '', revision = f.revision + 1, updated_at = ${now} from saved_filter was where was.id = f.id and f.id = any(${ids}::uuid[]) returning was.pack_key as key`,
  )
  return kept.map(({ key }) => key)
}
