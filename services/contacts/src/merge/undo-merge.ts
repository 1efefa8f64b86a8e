import { assertReaches, type Caller } from '@vitrylo/auth'
import { AppError, invalid } from '@vitrylo/errors'
import { sql, one, type Tx } from '@vitrylo/pg'
import type { Counterparty } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty.ts'
import type { CounterpartyMerge, MergeChoice, MergeUndoPreview } from '@vitrylo/proto/vitrylo/contacts/v1/merge.ts'
import { followMerge, type Call, type Deps } from '@vitrylo/service'
import { violationsOf } from '../counterparty/complete-counterparty.ts'
import { saveQuietly } from '../counterparty/counterparty-sql.ts'
import { placesMoved } from '../contact-person/contact-person-sql.ts'
import { refreshContacts } from '../interaction/contact-facts.ts'
import { publish } from '../timeline/publish.ts'
import { fieldsOf, isSame, valueAt, withValues } from './fields.ts'
import { lockBoth } from './merge-counterparties.ts'
import { mergeUndone } from './merge-events.ts'
import { endMerge, followEntries, getMerge, snapshotOf, toMerge, UNDO_DAYS, type MergeRow, type Snapshot } from './merge-sql.ts'
import { giveBack, personsOf } from './references.ts'

type Undo = { row: MergeRow; snapshot: Snapshot; now: Counterparty; gone: Counterparty }

async function read(tx: Tx, caller: Caller, id: string, now: Date): Promise<Undo> {
  const row = await getMerge(tx, caller, 'delete', id)
  const [survivor, gone] = await lockBoth(tx, caller, row.survivor_id, row.merged_id)
  if (row.undone_at !== null) throw new AppError('FAILED_PRECONDITION', 'MERGE_UNDONE', 'the merge was taken back already', { id })
  const snapshot = snapshotOf(row)
  if (snapshot === undefined || row.created_at.getTime() + UNDO_DAYS * 86_400_000 < now.getTime()) {
    throw new AppError('FAILED_PRECONDITION', 'MERGE_EXPIRED', `a merge can be taken back for ${UNDO_DAYS} days`, { id })
  }
  if (survivor.deleteTime !== undefined) throw await notTheLast(tx, survivor.id)
  return { row, snapshot, now: survivor, gone }
}

async function notTheLast(tx: Tx, survivorId: string): Promise<AppError> {
  const later = await one<{ id: string }>(tx, sql`select id from counterparty_merge where merged_id = ${survivorId} and undone_at is null`)
  if (later === undefined) return new AppError('FAILED_PRECONDITION', 'DELETED', 'the counterparty was removed; bring it back first', { id: survivorId })
  return new AppError('FAILED_PRECONDITION', 'MERGED', 'the survivor was merged itself; take that back first', { id: survivorId, mergeId: later.id })
}

/** Fields that the merge changed and that are neither as it left them nor as they were before. */
const conflictsOf = ({ snapshot: { survivor, after }, now }: Undo): string[] =>
  fieldsOf(survivor, after, now)
    .filter(({ name }) => !isSame(survivor, after, name) && !isSame(after, now, name) && !isSame(survivor, now, name))
    .map(({ name }) => name)

export async function previewUndo(tx: Tx, caller: Caller, id: string, at: Date): Promise<MergeUndoPreview> {
  const undo = await read(tx, caller, id, at)
  const { row, snapshot, now } = undo
  return { merge: toMerge(row), now, before: snapshot.survivor, merged: snapshot.merged, conflicts: conflictsOf(undo).map((field) => ({ field })) }
}

/** Takes a merge back. What the merge did not touch, or somebody changed since and wants to keep, stays. */
export async function undoMerge(tx: Tx, { rights }: Deps, id: string, choices: readonly MergeChoice[], { caller, now: at }: Call): Promise<CounterpartyMerge> {
  const known = await getMerge(tx, caller, 'delete', id)
  await lockBoth(tx, caller, known.survivor_id, known.merged_id)
  // Whoever waited for the lock finds it done.
  const present = await getMerge(tx, caller, 'delete', id)
  if (present.undone_at !== null) return toMerge(present)
  const undo = await read(tx, caller, id, at)
  const { row, snapshot, now, gone } = undo
  const next = restored(undo, choices)
  const wrong = violationsOf(next, rights.data()).filter(({ field }) => next[field as keyof Counterparty] !== now[field as keyof Counterparty])
  if (wrong.length > 0) throw invalid(wrong)
  assertReaches(caller, 'counterparties', 'change', { branchId: next.branchId, ownerId: next.responsibleId })

  const mergeId = row.id
  const ended = await endMerge(tx, mergeId, at)
  await giveBack(tx, snapshot.moved, row.merged_id, row.survivor_id)
  // One after the other: a value that no two may have is given up before it is taken.
  const [survivor] = await saveQuietly(tx, [next], caller, at)
  const [back] = await saveQuietly(tx, [{ ...snapshot.merged, etag: gone.etag, deleteTime: undefined }], caller, at)
  await followMerge(tx, { mergeId, survivorId: row.survivor_id, mergedId: row.merged_id, undone: true }, ['related_record'])
  await followEntries(tx, row.merged_id)
  await placesMoved(tx, personsOf(snapshot.moved), [row.survivor_id, row.merged_id], at)
  await refreshContacts(tx, [row.survivor_id, row.merged_id])
  await publish(tx, [mergeUndone({ mergeId, survivor: survivor!, other: back! }, caller, at)])
  return toMerge(ended!)
}

function restored(undo: Undo, choices: readonly MergeChoice[]): Counterparty {
  const conflicts = conflictsOf(undo)
  const { snapshot: { survivor, after }, now } = undo
  const chosen = new Map(choices.map(({ field, take }) => [field, take]))
  const open = conflicts.filter((field) => !['now', 'before'].includes(chosen.get(field) ?? ''))
  if (open.length > 0) {
    const violations = open.map((field) => ({ field, rule: 'conflict', description: 'was changed since; choose now or before' }))
    throw new AppError('FAILED_PRECONDITION', 'MERGE_CONFLICT', 'fields were changed since the merge', { fields: open.join(',') }, violations)
  }
  const back = new Map<string, unknown>()
  for (const { name } of fieldsOf(survivor, after, now)) {
    if (isSame(survivor, after, name)) continue
    if (conflicts.includes(name) ? chosen.get(name) === 'before' : isSame(after, now, name)) back.set(name, valueAt(survivor, name))
  }
  return withValues(now, back)
}
