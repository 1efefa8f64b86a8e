import { setImmediate as turn } from 'node:timers/promises'
import { may } from '@vitrylo/auth'
import { AppError } from '@vitrylo/errors'
import { within } from '@vitrylo/events'
import { inTx } from '@vitrylo/pg'
import { ImportRules } from '@vitrylo/proto/vitrylo/imports/v1/import.ts'
import { deedOfJob, recorded, type Deed, type Deps } from '@vitrylo/service'
import type { ImportRecord, Progress } from './import-sql.ts'
import type { ImportContext, ImportKind } from './kind.ts'
import { columnOf } from './mapping.ts'
import { isByExternalId, rulesOf } from './rules.ts'
import type { Run } from './run-import.ts'
import { saveBatch, type Batch, type Candidate } from './save-batch.ts'

const BATCH = 500
/** Indexes of words sort so much in at once: in small parts each batch would touch the whole of them several times. */
const PENDING_KIB = 4_096
/** After so many rows the others get their turn: the batch that is being saved, and whoever asks meanwhile. */
const TURN = 25
/** A batch takes a fraction of it; several times as much when the machine is busy. */
const PATIENCE_MS = 2_000

/** Why an import as a whole cannot go on. */
export class Refused extends Error {}

export type Saver = {
  /** The rights with which rows are judged now. */
  context(): ImportContext
  /** Told how far the file was read. */
  readTo(bytes: number): void
  /** A row that a run before has saved: a dry run has to know it. */
  passOver(candidate: Candidate): void
  /** Takes a row. Batches are saved in turn, two of them beside each other where no row of one can be one with a row of the other. */
  add(candidate: Candidate): Promise<void>
  /** Saves what is left and gives the progress behind it. Nothing of this saver goes on afterwards, also when it fails. */
  end(): Promise<Progress>
}

type Gathered = { candidates: Candidate[]; keys: Set<string> }

export function createSaver(run: Run, row: ImportRecord, kind: ImportKind): Saver {
  const target = { row, kind, toColumn: columnOf(row, kind), seen: new Set<string>() }
  let context = contextOf(run, row)
  const begun: Progress = { readBytes: row.read_bytes, rows: row.rows, created: row.created, updated: row.updated, skipped: row.skipped, failed: row.failed }
  let next: Gathered = { candidates: [], keys: new Set() }
  // The batch given last, its keys, whether others may go beside it, and the one before it.
  let last = Promise.resolve(begun)
  let lastKeys: ReadonlySet<string> = new Set()
  let lastIsFree = true
  let former = last
  let given = begun.rows
  let readBytes = 0

  const save = async (by: ImportContext, { candidates, keys }: Gathered, before: Promise<Progress>, place: Pick<Batch, 'first' | 'readBytes'>): Promise<Progress> => {
    const deed = await deedOfImport(run, row, kind, by)
    const once = (behind: Batch['behind']): Promise<Progress> => unlessTaken(() =>
      inTx(run.pool, async (tx) => {
        await tx.query(`set local gin_pending_list_limit = ${PENDING_KIB}`)
        return recorded(deed, tx, () => saveBatch(tx, target, by, { ...place, candidates, behind }))
      }),
    )
    const progress = await unlessInTheWay(once, before)
    run.committed()
    if (row.dry_run) for (const key of keys) target.seen.add(key)
    return progress
  }
  const flush = async (): Promise<void> => {
    const { candidates, keys } = next
    const isFree = !row.dry_run && isByExternalId(context.rules) && kind.concurrent?.(candidates.flatMap(({ record }) => record ?? [])) === true
    await (isFree && lastIsFree && keys.isDisjointFrom(lastKeys) ? former : last)
    if (candidates.length === 0) return
    if (run.signal?.aborted === true) throw new Error('the worker is stopping')
    context = contextOf(run, row)
    if (!may(context.caller, kind.section, 'create')) throw new Refused(`the right ${kind.section}: create was withdrawn`)
    const refusal = kind.refusal?.(context.caller, context.rules)
    if (refusal !== undefined) throw new Refused(refusal)
    former = last
    last = save(context, next, former, { first: given, readBytes })
    last.catch(() => {}) // whoever waits for it is told
    lastKeys = keys
    lastIsFree = isFree
    given += candidates.length
    next = { candidates: [], keys: new Set() }
  }
  return {
    context: () => context,
    readTo: (bytes) => void (readBytes = bytes),
    passOver({ keys }) {
      for (const key of keys) target.seen.add(key)
    },
    async add(candidate) {
      const isAgain = candidate.keys.some((key) => next.keys.has(key))
      if (isAgain || next.candidates.length >= BATCH) await flush()
      next.candidates.push(candidate)
      if (next.candidates.length % TURN === 0) await turn()
      for (const key of candidate.keys) next.keys.add(key)
    },
    async end() {
      try {
        await flush()
      } finally {
        await Promise.allSettled([former, last])
      }
      return last
    },
  }
}

/** An import is told of as what who began it does. */
export const deedOfImport = (run: Run, { id }: ImportRecord, { section }: ImportKind, { caller, now }: Pick<ImportContext, 'caller' | 'now'>): Promise<Deed> =>
  deedOfJob(run, { caller, now, section, action: 'create', method: 'ImportService.RunImport', request: { importId: id } })

class InTheWay extends Error {}

/**
 * A batch that has saved its rows holds them while it waits for the one before. Should that one wait for any of them, by way of somebody else even, PostgreSQL
 * would not see the ring: so it lets go after a while, and is saved again behind the other.
 */
async function unlessInTheWay(save: (behind: Batch['behind']) => Promise<Progress>, before: Promise<Progress>): Promise<Progress> {
  const inTime = (): Promise<Progress> => within(PATIENCE_MS, before, () => { throw new InTheWay() })
  try {
    return await save(inTime)
  } catch (error) {
    if (!(error instanceof InTheWay)) throw error
    await before
    return await save(() => before)
  }
}

/** Somebody else has just added a record of this batch: planned anew, it is found. */
async function unlessTaken<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'ALREADY_EXISTS' || attempt === 3) throw error
    }
  }
}

/** The rights of who started it, as they are now. */
export function contextOf({ rights, now, pool }: Pick<Deps, 'rights' | 'now' | 'pool'>, { claims, rules }: ImportRecord): ImportContext {
  const caller = rights.callerOf({ ...claims, client: '', sessionId: undefined, expiresAt: 0 })
  return { caller, rights: rights.data(), now: now(), rules: rulesOf(ImportRules.fromJSON(rules)), pool }
}
