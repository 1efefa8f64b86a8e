import { isAmong, type Caller } from '@vitrylo/auth'
import { takenBack, type Conflict, type Deeds, type UndoContext, type Undone } from '@vitrylo/imports'
import { many, sql, type Db, type Tx } from '@vitrylo/pg'
import { places } from '../contact-person/contact-person-row.ts'
import { deletePerson, lockContactPersons, reachablePlaces, updatePersons, type LockedPerson, type PersonChange } from '../contact-person/contact-person-sql.ts'

/**
 * Takes back what an import did to contact persons. One that it added goes if nobody changed or used them since; a field that it changed becomes what
 * it was if it still is what the import made of it.
 */
export async function undoPersons(tx: Tx, { created, updated }: Deeds, context: UndoContext): Promise<Undone> {
  const { caller, now, revisionOf } = context
  const conflicts: Conflict[] = []
  const conflict = (recordId: string, rule: Conflict['rule'], field = ''): void => void conflicts.push({ recordId, field, rule })
  const [present, used] = [await presentOf(tx, [...created, ...updated.map(({ id }) => id)]), await usedOf(tx, created)]
  const removable = byId(await lockContactPersons(tx, caller, 'delete', created))
  const removed: LockedPerson[] = []
  for (const id of created) {
    const locked = removable.get(id)
    if (!present.has(id)) continue
    if (locked === undefined) conflict(id, 'scope')
    else if (Number(locked.person.etag) !== revisionOf(id, 1)) conflict(id, 'changed')
    else if (used.has(id)) conflict(id, 'used')
    else removed.push(locked)
  }
  const taken = await externalIdsTaken(tx, updated)
  const changeable = byId(await lockContactPersons(tx, caller, 'change', updated.map(({ id }) => id)))
  const changes: PersonChange[] = []
  const revisions = new Map<string, number>()
  for (const deed of updated) {
    const locked = changeable.get(deed.id)
    if (locked === undefined) {
      conflict(deed.id, present.has(deed.id) ? 'scope' : 'removed')
      continue
    }
    const { next, changed, conflicts: fields } = takenBack(locked.person, deed)
    for (const field of fields) conflict(deed.id, 'changed', field)
    const rule = (await refusal(tx, caller, next, changed)) ?? (changed.includes('externalId') && taken.has(next.externalId) ? 'unique' : undefined)
    if (rule !== undefined) conflict(deed.id, rule)
    else if (changed.length > 0) {
      changes.push({ locked, next })
      // Only where nobody else came between does the record stand again as the import found it.
      if (Number(locked.person.etag) === revisionOf(deed.id, deed.revision)) revisions.set(deed.id, Number(locked.person.etag) + 1)
    }
  }
  for (const locked of removed) await deletePerson(tx, locked, caller, now)
  await updatePersons(tx, changes, caller, now)
  return { conflicts, undone: removed.length + changes.length, revisions }
}

/** Former external ids that another person has by now. */
async function externalIdsTaken(tx: Tx, updated: Deeds['updated']): Promise<Set<string>> {
  const former = updated.flatMap(({ id, before: { externalId } }) => (typeof externalId === 'string' && externalId !== '' ? [{ id, externalId }] : []))
  if (former.length === 0) return new Set()
  const rows = await many<{ external_id: string }>(
    tx,
    sql`select p.external_id from contact_person p join unnest(${former.map(({ id }) => id)}::uuid[], ${former.map((one) => one.externalId)}::text[]) as f (id, external_id)
          on f.external_id = p.external_id and f.id <> p.id where p.external_id <> ''`,
  )
  return new Set(rows.map(({ external_id: id }) => id))
}

const byId = (locked: readonly LockedPerson[]): Map<string, LockedPerson> => new Map(locked.map((one) => [one.person.id, one]))

/** Why a person cannot be what they were: a field is kept from the caller, or a place of theirs is gone. */
async function refusal(tx: Tx, caller: Caller, next: LockedPerson['person'], changed: readonly string[]): Promise<Conflict['rule'] | undefined> {
  const kept = caller.limits()?.kept('contact-persons', 'change')
  if (changed.some((field) => isAmong(kept, field) || (field === 'custom' && kept !== undefined && [...kept].some((name) => name.startsWith('custom.'))))) return 'scope'
  if (!changed.includes('positions')) return undefined
  const reachable = await reachablePlaces(tx, caller, 'change', next.positions.map(({ counterpartyId }) => counterpartyId))
  return next.positions.every(({ counterpartyId }) => reachable.has(counterpartyId)) ? undefined : 'removed'
}

async function presentOf(tx: Tx, ids: readonly string[]): Promise<Set<string>> {
  const rows = await many<{ id: string }>(tx, sql`select p.id from contact_person p where p.id = any(${ids}::uuid[]) order by p.id for update`)
  return new Set(rows.map(({ id }) => id))
}

/** Those who stand in an interaction: what was written of it would name nobody. */
async function usedOf(tx: Tx, ids: readonly string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set()
  const rows = await many<{ id: string }>(
    tx,
    sql`select distinct o.person_id as id from position o join interaction_party n on n.counterparty_id = o.counterparty_id
          join interaction i on i.id = n.interaction_id
        where o.person_id = any(${ids}::uuid[]) and o.person_id = any(i.contact_person_ids)`,
  )
  return new Set(rows.map(({ id }) => id))
}

/** Names of those of the persons that the caller may see. */
export async function namesOfPersons(db: Db, caller: Caller, ids: readonly string[]): Promise<Map<string, string>> {
  const rows = await many<{ id: string; display_name: string }>(
    db,
    sql`select p.id, p.display_name from contact_person p ${places(caller, 'view')} where p.id = any(${ids}::uuid[]) and o.positions is not null`,
  )
  const isHidden = caller.limits()?.hidden.get('contact-persons')?.has('displayName') === true
  return new Map(rows.map((row) => [row.id, isHidden ? '' : row.display_name]))
}
