import { isAmong, sees, type Caller, type RightsData } from '@vitrylo/auth'
import { appendOutbox } from '@vitrylo/events'
import { takenBack, type Conflict, type Deeds, type UndoContext, type Undone } from '@vitrylo/imports'
import { many, one, sql, type Db, type Tx } from '@vitrylo/pg'
import { OpportunityChangedEvent, OpportunityDeletedEvent, OpportunityLostEvent, OpportunityMovedEvent, OpportunityReopenedEvent, OpportunityWonEvent } from '@vitrylo/proto/events.ts'
import { OpportunityState, type Opportunity } from '@vitrylo/proto/vitrylo/sales/v1/opportunity.ts'
import { remembered } from '@vitrylo/service'
import { holdClient } from '../counterparty/counterparty-sql.ts'
import { columns, deleteOpportunity, eventOf, fromRow, scope, updateOpportunity, type OpportunityRow } from '../opportunity/opportunity-sql.ts'
import type { Told } from '../opportunity/opportunity.ts'
import { stayFrom } from '../opportunity/stay-sql.ts'

type Stage = { stageId: string; state: OpportunityState; lostReason: string; stageEnterTime: string; closeTime: string | null }
export type Standing = Opportunity & { stage: Stage }

/** Where an opportunity stands is one thing: it goes back as a whole or not at all. */
export function standing(o: Opportunity): Standing {
  const { stageId = '', state, lostReason, stageEnterTime, closeTime } = o
  return { ...o, stage: { stageId, state, lostReason, stageEnterTime: stageEnterTime!.toISOString(), closeTime: closeTime?.toISOString() ?? null } }
}

type Present = { record: Opportunity; removable: boolean; changeable: boolean }

async function lockPresent(tx: Tx, caller: Caller, ids: readonly string[]): Promise<Map<string, Present>> {
  const rows = await many<OpportunityRow & Omit<Present, 'record'>>(
    tx,
    sql`select ${columns}, ${scope(caller, 'delete')} as removable, ${scope(caller, 'change')} as changeable
        from opportunity o where o.id = any(${ids}::uuid[]) order by o.id for update`,
  )
  return new Map(rows.map((row) => [row.id, { record: remembered(fromRow(row)), removable: row.removable, changeable: row.changeable }]))
}

/**
 * Takes back what an import did. An opportunity that it added goes if nobody changed it since; a field that it changed, and
 * stage and state with their history, become what they were if they still are what the import made of them.
 */
export async function undoOpportunities(tx: Tx, { created, updated }: Deeds, context: UndoContext): Promise<Undone> {
  const { caller, now, revisionOf } = context
  const began = new Map(updated.filter(({ id }) => created.includes(id)).map(({ id, revision }) => [id, revision]))
  const changed = updated.filter(({ id }) => !began.has(id))
  const present = await lockPresent(tx, caller, [...created, ...changed.map(({ id }) => id)])
  const conflicts: Conflict[] = []
  const conflict = (recordId: string, rule: Conflict['rule'], field = ''): void => void conflicts.push({ recordId, field, rule })
  const revisions = new Map<string, number>()
  let undone = 0

  for (const id of created) {
    const here = present.get(id)
    if (here === undefined) continue
    if (!here.removable) conflict(id, 'scope')
    else if (Number(here.record.etag) !== revisionOf(id, began.get(id) ?? 1)) conflict(id, 'changed')
    else {
      await remove(tx, here.record, caller, now)
      undone++
    }
  }
  for (const deed of changed) {
    const here = present.get(deed.id)
    if (here === undefined || !here.changeable) {
      conflict(deed.id, here === undefined ? 'removed' : 'scope')
      continue
    }
    const { next, changed: fields, conflicts: others } = takenBack(standing(here.record), deed)
    for (const field of others) conflict(deed.id, 'changed', field)
    const rule = await refusal(tx, here.record, next, fields, context)
    if (rule !== undefined) conflict(deed.id, rule)
    else if (fields.length > 0) {
      const saved = await giveBack(tx, here.record, next, fields, caller, now)
      undone++
      // Only where nobody else came between does the record stand again as the import found it.
      if (Number(here.record.etag) === revisionOf(deed.id, deed.revision)) revisions.set(deed.id, Number(saved.etag))
    }
  }
  return { conflicts, undone, revisions }
}

async function remove(tx: Tx, record: Opportunity, { employeeId }: Caller, now: Date): Promise<void> {
  await deleteOpportunity(tx, record, now)
  await appendOutbox(tx, [eventOf({ type: OpportunityDeletedEvent }, { ...record, etag: String(Number(record.etag) + 1) }, employeeId)])
}

/** Facts first, then where it stands: what the import wrote of its way is no part of the history any more. */
async function giveBack(tx: Tx, current: Opportunity, next: Standing, fields: readonly string[], { employeeId }: Caller, now: Date): Promise<Opportunity> {
  const { stage, ...record } = next
  const facts = fields.filter((field) => field !== 'stage')
  let saved = current
  if (facts.length > 0) {
    saved = await updateOpportunity(tx, record, now)
    await appendOutbox(tx, [eventOf({ type: OpportunityChangedEvent, more: { changedFields: facts } }, saved, employeeId)])
  }
  if (!fields.includes('stage')) return saved
  const [from, to] = [current, { ...stage, stageEnterTime: new Date(stage.stageEnterTime), closeTime: stage.closeTime === null ? undefined : new Date(stage.closeTime) }]
  await stayFrom(tx, { ...saved, ...to })
  saved = await updateOpportunity(tx, { ...saved, ...to }, now)
  await appendOutbox(tx, [eventOf(await toldOf(tx, from, saved), saved, employeeId)])
  return saved
}

/** What others are told: where it stands now, as when it had come there by hand. */
async function toldOf(tx: Tx, from: Opportunity, to: Opportunity): Promise<Told> {
  if (to.state === OpportunityState.WON) return { type: OpportunityWonEvent }
  if (to.state === OpportunityState.LOST) return { type: OpportunityLostEvent }
  const rows = await many<{ id: string; name: string }>(tx, sql`select id, name from stage where id = any(${[from.stageId!, to.stageId!]}::uuid[])`)
  const nameOf = (id: string): string => rows.find((row) => row.id === id)?.name ?? ''
  if (from.state !== OpportunityState.OPEN) return { type: OpportunityReopenedEvent, more: { stageName: nameOf(to.stageId!) } }
  return { type: OpportunityMovedEvent, more: { fromStageName: nameOf(from.stageId!), toStageName: nameOf(to.stageId!) } }
}

type Judge = { caller: Caller; rights: RightsData }

/** Why an opportunity cannot be what it was. */
async function refusal(tx: Tx, now: Opportunity, next: Standing, fields: readonly string[], { caller, rights }: Judge): Promise<Conflict['rule'] | undefined> {
  if (fields.length === 0) return undefined
  const kept = caller.limits()?.kept('opportunities', 'change')
  const names = fields.flatMap((field) => (field === 'stage' ? ['stageId', 'state', 'lostReason'] : field === 'custom' ? Object.keys({ ...now.custom, ...next.custom }).map((name) => `custom.${name}`) : [field]))
  if (names.some((field) => isAmong(kept, field))) return 'scope'
  const moves = fields.includes('ownerId') || fields.includes('branchId')
  if (moves && !sees(caller, 'opportunities', next, 'change')) return 'scope'
  if (moves && (rights.employees.get(next.ownerId ?? '')?.disabled !== false || !rights.branches.has(next.branchId ?? ''))) return 'removed'
  if (fields.includes('counterpartyId') && next.counterpartyId !== undefined && (await holdClient(tx, next.counterpartyId))?.deleted !== false) return 'removed'
  if (fields.includes('stage') && (await one(tx, sql`select from stage where id = ${next.stage.stageId} and position is not null for key share`)) === undefined) return 'removed'
  const isTaken = fields.includes('externalId') && next.externalId !== '' &&
    (await one(tx, sql`select from opportunity where external_id = ${next.externalId} and external_id <> '' and id <> ${now.id}`)) !== undefined
  return isTaken ? 'unique' : undefined
}

/** Titles of those of the opportunities that the caller may see. */
export async function namesOfVisible(db: Db, caller: Caller, ids: readonly string[]): Promise<Map<string, string>> {
  const rows = await many<{ id: string; title: string }>(db, sql`select o.id, o.title from opportunity o where o.id = any(${ids}::uuid[]) and ${scope(caller, 'view')}`)
  const isHidden = caller.limits()?.hidden.get('opportunities')?.has('title') === true
  return new Map(rows.map((row) => [row.id, isHidden ? '' : row.title]))
}
