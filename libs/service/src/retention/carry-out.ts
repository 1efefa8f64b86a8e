import { callerOfEmployee } from '@vitrylo/auth'
import { inTx } from '@vitrylo/pg'
import { deedOfJob, recorded } from '../audit/index.ts'
import type { Deps } from '../define.ts'
import type { Sweep } from '../sweep.ts'
import { heedHolds } from './holds.ts'
import { lockReached } from './reach.ts'
import type { RetentionResource } from './resource.ts'
import { dueRules, noteRun, takeRule } from './rule-sql.ts'

/** Of one transaction: it holds locks on what it takes. */
const BATCH = 20
/** Of one rule and night, over all replicas: the bus and the other services have to follow. */
export const MOST_A_NIGHT = 2_000
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
  for (let more = true; more; ) {
    more = await carryOut(deps, resources, id)
    deps.committed()
  }
}

/** One batch; false when this night has no more for us: another process goes on with the same count. */
function carryOut({ pool, now, rights }: Running, resources: readonly RetentionResource[], id: string): Promise<boolean> {
  return inTx(pool, async (tx) => {
    const at = now()
    await heedHolds(tx)
    const found = await takeRule(tx, id, new Date(at.getTime() - NIGHT_MS))
    if (found === undefined) return false
    const { rule, before } = found
    const resource = resources.find(({ name }) => name === rule.resource)
    const author = rights.data().employees.get(rule.authorId)
    const caller = author === undefined || author.disabled ? undefined : callerOfEmployee(rights.data(), author.id)
    // Its author has left: then it waits for one who saves it anew.
    if (resource === undefined || caller === undefined) return false
    const most = Math.min(BATCH, MOST_A_NIGHT - before)
    const items = await lockReached(tx, resource, rule, { caller, now: at, timeZone: 'UTC' }, most)
    const deed = await deedOfJob({ pool, rights }, { caller, section: 'privacy', action: 'manage', method: 'RetentionRule', now: at, always: true, request: { id, resource: rule.resource, taken: items.map((item) => item.id) } })
    const taken = items.length === 0 ? 0 : await recorded(deed, tx, () => resource.take(tx, items.map((item) => item.id), { ruleName: rule.displayName, caller, now: at }))
    // Nothing taken of what was offered would be offered again, all night.
    const ended = items.length < most || taken === 0 || before + taken >= MOST_A_NIGHT
    await noteRun(tx, id, taken, { before, ended, now: at })
    return !ended
  })
}
