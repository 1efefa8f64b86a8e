import { callerOfEmployee, type Caller } from '@vitrylo/auth'
import { inTx, type Tx } from '@vitrylo/pg'
import type { RetentionRule } from '@vitrylo/proto/vitrylo/contacts/v1/retention_rule.ts'
import { deedOfJob, newId, recorded, type Deps, type Sweep } from '@vitrylo/service'
import { deleteInteraction, lockInteraction } from '../interaction/interaction-sql.ts'
import { eraseSubject } from '../subject/erase-subject.ts'
import { insertRequest, saveErasing } from '../subject/request-sql.ts'
import { findSubject } from '../subject/subject-of.ts'
import { reachedBy } from './reach.ts'
import { dueRules, noteRun, takeRule } from './rule-sql.ts'

/** Of one transaction: it holds locks on what it takes. */
const BATCH = 20
/** Of one rule and night: the bus and the other services have to follow. */
const MOST = 2_000
const HOUR_MS = 3_600_000
const NIGHT_MS = 20 * HOUR_MS

type Running = Pick<Deps, 'pool' | 'now' | 'rights' | 'committed'>

/** Looks every hour whose turn it is; a rule has one a night, and goes on behind its last batch when a process died. */
export function retentionSweep(deps: Running): Sweep {
  return { name: 'retention', everyMs: HOUR_MS, each: () => carryOutDue(deps) }
}

export async function carryOutDue(deps: Running): Promise<void> {
  for (const id of await dueRules(deps.pool, new Date(deps.now().getTime() - NIGHT_MS))) {
    for (let taken = 0; taken < MOST; ) {
      const step = await carryOut(deps, id, taken)
      deps.committed()
      if (step < BATCH) break
      taken += step
    }
  }
}

/** One batch; gives how many were taken. */
function carryOut({ pool, now, rights }: Running, id: string, before: number): Promise<number> {
  return inTx(pool, async (tx) => {
    const rule = await takeRule(tx, id)
    const author = rule && rights.data().employees.get(rule.authorId)
    const caller = author === undefined || author.disabled ? undefined : callerOfEmployee(rights.data(), author.id)
    // Somebody else carries it out, or its author has left: then it waits for one who saves it anew.
    if (rule === undefined || caller === undefined) return 0
    const at = now()
    const items = await reachedBy(tx, rule, { caller, now: at, timeZone: 'UTC' }, BATCH)
    const deed = await deedOfJob({ pool, rights }, { caller, section: 'privacy', action: 'manage', method: 'RetentionRule', now: at, request: { id } })
    if (items.length > 0) {
      await recorded(deed, tx, async () => {
        for (const item of items) await take(tx, rule, item.id, caller, at)
      })
    }
    const ended = items.length < BATCH || before + items.length >= MOST
    await noteRun(tx, id, items.length, { first: before === 0, ended, now: at })
    return items.length
  })
}

async function take(tx: Tx, rule: RetentionRule, id: string, caller: Caller, now: Date): Promise<void> {
  if (rule.resource === 'interactions') return deleteInteraction(tx, await lockInteraction(tx, caller, 'delete', id), caller, now)
  const { subject, place, erased } = await findSubject(tx, caller, 'delete', { counterpartyId: id, contactPersonId: '' }, true)
  if (erased) return
  const requestId = newId()
  await insertRequest(tx, { id: requestId, kind: 'erasure', subject, place, ground: rule.displayName, actor: caller.employeeId ?? '' }, now)
  const eventId = await eraseSubject(tx, subject, { requestId, actorId: caller.employeeId ?? '', place }, now)
  await saveErasing(tx, requestId, subject, eventId, now)
}
