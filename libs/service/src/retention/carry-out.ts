import { callerOfEmployee } from '@vitrylo/auth'
import { inTx } from '@vitrylo/pg'
import { deedOfJob, recorded } from '../audit/index.ts'
import type { Deps } from '../define.ts'
import type { Sweep } from '../sweep.ts'
import { lockReached } from './reach.ts'
import type { RetentionResource } from './resource.ts'
import { dueRules, noteRun, takeRule } from './rule-sql.ts'

/** Of one transaction: it holds locks on what it takes. */
const BATCH = 20
/** Of one rule and night: the bus and the other services have to follow. */
const MOST = 2_000
const HOUR_MS = 3_600_000
const NIGHT_MS = 20 * HOUR_MS

type Running = Pick<Deps, 'pool' | 'now' | 'rights' | 'committed'>

/** Looks every hour whose turn it is; a rule has one a night, and goes on behind its last batch when a process died. */
export function retentionSweep(deps: Running, resources: readonly RetentionResource[]): Sweep {
  return { name: 'retention', everyMs: HOUR_MS, each: () => carryOutDue(deps, resources) }
}

/** One that fails, as with a filter by a field that is no more, keeps no other from its turn; it is told when all had theirs. */
export async function carryOutDue(deps: Running, resources: readonly RetentionResource[]): Promise<void> {
  const failed: unknown[] = []
  for (const id of await dueRules(deps.pool, new Date(deps.now().getTime() - NIGHT_MS))) await carryOutWhole(deps, resources, id).catch((error: unknown) => failed.push(error))
  if (failed.length > 0) throw failed[0]
}

async function carryOutWhole(deps: Running, resources: readonly RetentionResource[], id: string): Promise<void> {
  for (let taken = 0; taken < MOST; ) {
    const step = await carryOut(deps, resources, id, taken)
    deps.committed()
    if (step < BATCH) break
    taken += step
  }
}

/** One batch; gives how many were taken. */
function carryOut({ pool, now, rights }: Running, resources: readonly RetentionResource[], id: string, before: number): Promise<number> {
  return inTx(pool, async (tx) => {
    const rule = await takeRule(tx, id)
    const resource = resources.find(({ name }) => name === rule?.resource)
    const author = rule && rights.data().employees.get(rule.authorId)
    const caller = author === undefined || author.disabled ? undefined : callerOfEmployee(rights.data(), author.id)
    // Somebody else carries it out, or its author has left: then it waits for one who saves it anew.
    if (rule === undefined || resource === undefined || caller === undefined) return 0
    const at = now()
    const items = await lockReached(tx, resource, rule, { caller, now: at, timeZone: 'UTC' }, BATCH)
    const deed = await deedOfJob({ pool, rights }, { caller, section: 'privacy', action: 'manage', method: 'RetentionRule', now: at, request: { id } })
    if (items.length > 0) await recorded(deed, tx, () => resource.take(tx, items.map((item) => item.id), { ruleName: rule.displayName, caller, now: at }))
    const ended = items.length < BATCH || before + items.length >= MOST
    await noteRun(tx, id, items.length, { first: before === 0, ended, now: at })
    return items.length
  })
}
