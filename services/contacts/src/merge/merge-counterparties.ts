import { assertReaches, viewOnly, type Caller } from '@vitrylo/auth'
import { AppError, etagMismatch, invalid } from '@vitrylo/errors'
import { exec, many, one, sql, type Tx } from '@vitrylo/pg'
import type { Counterparty } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty.ts'
import type { CounterpartyMerge } from '@vitrylo/proto/vitrylo/contacts/v1/merge.ts'
import type { MergeCounterpartiesRequest } from '@vitrylo/proto/vitrylo/contacts/v1/merge_service.ts'
import { type Call, type Deps, followMerge, newId, remembered } from '@vitrylo/service'
import { violationsOf } from '../counterparty/complete-counterparty.ts'
import { columns, fromRow, type CounterpartyRow } from '../counterparty/counterparty-row.ts'
import { placesMoved } from '../contact-person/contact-person-sql.ts'
import { actorOf, assertNotDeleted, getCounterparty, saveQuietly, scope } from '../counterparty/counterparty-sql.ts'
import { refreshContacts } from '../interaction/contact-facts.ts'
import { publish } from '../timeline/publish.ts'
import { mergeFields } from './merge.ts'
import { merged } from './merge-events.ts'
import { followEntries, insertMerge, mergeOf, toMerge } from './merge-sql.ts'
import { moveReferences, personsOf } from './references.ts'

/** Both under lock, in the order of their ids: two merges of one pair wait for each other. Needs change and delete over both. */
export async function lockBoth(tx: Tx, caller: Caller, survivorId: string, mergedId: string): Promise<[Counterparty, Counterparty]> {
  const rows = await many<CounterpartyRow>(
    tx,
    sql`select ${columns} from counterparty c where c.id = any(${[survivorId, mergedId]}::uuid[])
          and ${scope(caller, 'change')} and ${scope(caller, 'delete')} order by c.id for update`,
  )
  const found = async (id: string): Promise<Counterparty> => {
    const row = rows.find((each) => each.id === id)
    return row === undefined ? unreached(tx, caller, [survivorId, mergedId]) : remembered(fromRow(row))
  }
  return [await found(survivorId), await found(mergedId)]
}

/** Who does not see one of them learns nothing of either; merging takes the right to remove both. */
async function unreached(tx: Tx, caller: Caller, [survivorId, mergedId]: readonly [string, string]): Promise<never> {
  for (const id of [survivorId, mergedId]) await getCounterparty(tx, caller, id)
  throw viewOnly('counterparties', 'delete', mergedId, 'merge')
}

/** Makes one of two, whole or not at all; what other services hold follows by the event. */
export async function mergeCounterparties(tx: Tx, { rights }: Deps, request: MergeCounterpartiesRequest, { caller, now }: Call): Promise<CounterpartyMerge> {
  const { id, mergedId, choices } = request
  if (id === mergedId) throw invalid([{ field: 'mergedId', rule: 'reference', description: 'is the counterparty itself' }])
  const [survivor, other] = await lockBoth(tx, caller, id, mergedId)
  const done = await mergeOf(tx, mergedId)
  // Somebody did the same a moment ago, or the answer of the first call was lost.
  if (done?.survivor_id === id) return toMerge(done)
  await assertLiving(tx, survivor)
  await assertLiving(tx, other)
  if (request.etag !== '' && request.etag !== survivor.etag) throw etagMismatch('counterparty', id)
  if (request.mergedEtag !== '' && request.mergedEtag !== other.etag) throw etagMismatch('counterparty', mergedId)

  const { next } = mergeFields(survivor, other, choices)
  const wrong = violationsOf(next, rights.data())
  if (wrong.length > 0) throw invalid(wrong)
  assertReaches(caller, 'counterparties', 'change', { branchId: next.branchId, ownerId: next.responsibleId })

  const mergeId = newId()
  const moved = await moveReferences(tx, mergedId, id)
  // One after the other: a value that no two may have is given up before it is taken.
  const [gone] = await saveQuietly(tx, [{ ...other, deleteTime: now }], caller, now)
  const [after] = await saveQuietly(tx, [next], caller, now)
  const row = await insertMerge(tx, mergeId, { survivor, merged: other, after: after!, moved }, actorOf(caller), now)
  await followMerge(tx, { mergeId, survivorId: id, mergedId, undone: false }, ['related_record'])
  await followEntries(tx, mergedId)
  await placesMoved(tx, personsOf(moved), [id, mergedId], now)
  await refreshContacts(tx, [id, mergedId])
  await exec(tx, sql`delete from duplicate_pair where state = 'open' and ${mergedId}::uuid in (first_id, second_id)`)
  await publish(tx, [merged({ mergeId, survivor: after!, other: gone! }, caller, now)])
  return toMerge(row)
}

async function assertLiving(tx: Tx, counterparty: Counterparty): Promise<void> {
  await assertNotMerged(tx, counterparty)
  assertNotDeleted(counterparty)
}

/** One that went into another says where it is. */
export async function assertNotMerged(tx: Tx, { id, deleteTime }: Counterparty): Promise<void> {
  const by = deleteTime === undefined ? undefined : await mergeOf(tx, id)
  if (by === undefined) return
  throw new AppError('FAILED_PRECONDITION', 'MERGED', 'the counterparty was merged into another one', { id, survivorId: by.survivor_id, mergeId: by.id })
}

/** Both as they are, for a preview: as merging them needs it. */
export async function bothOf(tx: Tx, caller: Caller, survivorId: string, mergedId: string): Promise<[Counterparty, Counterparty]> {
  const get = async (id: string): Promise<Counterparty> => {
    const row = await one<CounterpartyRow>(
      tx,
      sql`select ${columns} from counterparty c where c.id = ${id} and ${scope(caller, 'change')} and ${scope(caller, 'delete')}`,
    )
    const record = row === undefined ? await unreached(tx, caller, [survivorId, mergedId]) : fromRow(row)
    await assertLiving(tx, record)
    return record
  }
  return [await get(survivorId), await get(mergedId)]
}
