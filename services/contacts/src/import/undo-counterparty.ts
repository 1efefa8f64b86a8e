import { isDeepStrictEqual } from 'node:util'
import { isAmong, sees, type Caller, type RightsData } from '@vitrylo/auth'
import { takenBack, type Conflict, type Deeds, type UndoContext, type Undone } from '@vitrylo/imports'
import { many, sql, type Db, type Tx } from '@vitrylo/pg'
import type { Counterparty } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty.ts'
import { violationsOf } from '../counterparty/complete-counterparty.ts'
import { columns, fromRow, type CounterpartyRow } from '../counterparty/counterparty-row.ts'
import { scope, updateCounterparties, type Change } from '../counterparty/counterparty-sql.ts'

type Present = { record: Counterparty; removable: boolean; changeable: boolean; used: boolean }

/** What hangs on a record: people, interactions, whatever its timeline tells of beside itself. */
const used = sql`(exists (select from position o where o.counterparty_id = c.id) or exists (select from interaction_party n where n.counterparty_id = c.id)
  or exists (select from timeline t where t.counterparty_id = c.id and t.section <> 'contact-persons' and t.kind not in ('counterparty-created', 'counterparty-changed')))`

async function lockPresent(tx: Tx, caller: Caller, ids: readonly string[]): Promise<Map<string, Present>> {
  // Locked before they are looked at: what was hung on one while we waited for the lock is no part of an older snapshot.
  await many(tx, sql`select from counterparty c where c.id = any(${ids}::uuid[]) order by c.id for update`)
  const rows = await many<CounterpartyRow & Omit<Present, 'record'>>(
    tx,
    sql`select ${columns}, ${scope(caller, 'delete')} as removable, ${scope(caller, 'change')} as changeable, ${used} as used
        from counterparty c where c.id = any(${ids}::uuid[])`,
  )
  return new Map(rows.map((row) => [row.id, { record: fromRow(row), removable: row.removable, changeable: row.changeable, used: row.used }]))
}

/**
 * Takes back what an import did. A record that it added goes if nobody changed or used it since, and leaves its external id free for the
 * next import; a field that it changed becomes what it was if it still is what the import made of it.
 */
export async function undoCounterparties(tx: Tx, { created, updated }: Deeds, context: UndoContext): Promise<Undone> {
  const { caller, now, revisionOf } = context
  const present = await lockPresent(tx, caller, [...created, ...updated.map(({ id }) => id)])
  const taken = await externalIdsTaken(tx, updated)
  const conflicts: Conflict[] = []
  const conflict = (recordId: string, rule: Conflict['rule'], field = ''): void => void conflicts.push({ recordId, field, rule })
  const changes: Change[] = []
  const revisions = new Map<string, number>()

  for (const id of created) {
    const here = present.get(id)
    if (here === undefined || here.record.deleteTime !== undefined) continue
    if (!here.removable) conflict(id, 'scope')
    else if (Number(here.record.etag) !== revisionOf(id, 1)) conflict(id, 'changed')
    else if (here.used) conflict(id, 'used')
    else changes.push({ next: { ...here.record, deleteTime: now, externalId: '' }, changed: ['deleteTime', 'externalId'] })
  }
  for (const deed of updated) {
    const here = present.get(deed.id)
    if (here === undefined || here.record.deleteTime !== undefined) conflict(deed.id, 'removed')
    else if (!here.changeable) conflict(deed.id, 'scope')
    else {
      const { next, changed, conflicts: fields } = takenBack(here.record, deed)
      for (const field of fields) conflict(deed.id, 'changed', field)
      const kept = caller.limits()?.kept('counterparties', 'change')
      const limited = namesOf(changed, here.record, next).some((field) => isAmong(kept, field))
      const rule = limited ? 'scope' : refusal(here.record, next, { ...context, taken: taken.has(next.externalId) })
      if (rule !== undefined) conflict(deed.id, rule)
      else if (changed.length > 0) {
        changes.push({ next, changed })
        // Only where nobody else came between does the record stand again as the import found it.
        if (Number(here.record.etag) === revisionOf(deed.id, deed.revision)) revisions.set(deed.id, Number(here.record.etag) + 1)
      }
    }
  }
  await updateCounterparties(tx, changes, caller, now)
  return { conflicts, undone: changes.length, revisions }
}

/** Fields by the names that limits have: custom ones one by one. */
const namesOf = (changed: readonly string[], { custom: now = {} }: Counterparty, { custom: next = {} }: Counterparty): string[] =>
  changed.flatMap((field) => (field === 'custom' ? [...new Set([...Object.keys(now), ...Object.keys(next)])].filter((name) => !isDeepStrictEqual(now[name], next[name])).map((name) => `custom.${name}`) : [field]))

type Judge = { caller: Caller; rights: RightsData; taken: boolean }

/** Why a record cannot be what it was. */
function refusal(now: Counterparty, next: Counterparty, { caller, rights, taken }: Judge): Conflict['rule'] | undefined {
  if (next.externalId !== now.externalId && taken) return 'unique'
  const moves = next.branchId !== now.branchId || next.responsibleId !== now.responsibleId
  if (moves && !sees(caller, 'counterparties', { branchId: next.branchId, ownerId: next.responsibleId }, 'change')) return 'scope'
  const wrong = violationsOf(next, rights).some(({ field }) => next[field as keyof Counterparty] !== now[field as keyof Counterparty])
  return wrong ? 'removed' : undefined
}

async function externalIdsTaken(tx: Tx, updated: Deeds['updated']): Promise<Set<string>> {
  const former = updated.flatMap(({ id, before: { externalId } }) => (typeof externalId === 'string' && externalId !== '' ? [{ id, externalId }] : []))
  if (former.length === 0) return new Set()
  const rows = await many<{ external_id: string }>(
    tx,
    sql`select c.external_id from counterparty c join unnest(${former.map(({ id }) => id)}::uuid[], ${former.map((one) => one.externalId)}::text[]) as f (id, external_id)
          on f.external_id = c.external_id and f.id <> c.id where c.external_id <> ''`,
  )
  return new Set(rows.map(({ external_id: id }) => id))
}

/** Names of those of the records that the caller may see. */
export async function namesOfVisible(db: Db, caller: Caller, ids: readonly string[]): Promise<Map<string, string>> {
  const rows = await many<{ id: string; display_name: string }>(
    db,
    sql`select c.id, c.display_name from counterparty c where c.id = any(${ids}::uuid[]) and ${scope(caller, 'view')}`,
  )
  const isHidden = caller.limits()?.hidden.get('counterparties')?.has('displayName') === true
  return new Map(rows.map((row) => [row.id, isHidden ? '' : row.display_name]))
}
