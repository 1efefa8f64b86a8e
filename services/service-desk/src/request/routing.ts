import { callerOfEmployee, type RightsData } from '@vitrylo/auth'
import { RoutingRule } from '@vitrylo/proto/vitrylo/servicedesk/v1/request.ts'

/** What is known of a request before it has an owner. */
export type Question = {
  /** Responsible employee of the client. */
  responsibleId?: string
  /** Who talked last in the call. */
  answeredById?: string
  /** Who registers it. */
  creatorId?: string
  branchId?: string
  queue: { name: string; group: string }
}

/** The rule that found somebody, whom it found, and the rules before it that found nobody. */
export type Step = { rule: RoutingRule; candidates: readonly string[]; skipped: readonly RoutingRule[] }

/** How much work somebody has. */
export type Load = { ownerId: string; openRequests: number; lastTime: Date | undefined }

/** The first rule that gives anybody at work. Undefined only in a firm that has neither employees nor administrators. */
export function stepFor(question: Question, firm: RightsData): Step | undefined {
  const skipped: RoutingRule[] = []
  for (const [rule, find] of RULES) {
    const candidates = find(question, firm)
    if (candidates.length > 0) return { rule, candidates, skipped }
    skipped.push(rule)
  }
  return undefined
}

/** The fewest open requests; of equals who is longest without a new one; of equals the first id. */
export function leastLoaded(loads: readonly Load[]): Load {
  const time = ({ lastTime }: Load) => lastTime?.getTime() ?? 0
  const [first] = loads.toSorted(
    (a, b) => a.openRequests - b.openRequests || time(a) - time(b) || (a.ownerId < b.ownerId ? -1 : 1),
  )
  if (first === undefined) throw new Error('a choice among nobody')
  return first
}

type Find = (question: Question, firm: RightsData) => string[]

const atWork = ({ employees }: RightsData) => [...employees.values()].filter(({ disabled }) => !disabled)
const only = (id: string | undefined, firm: RightsData) => atWork(firm).filter((employee) => employee.id === id)
const ids = (employees: { id: string }[]) => employees.map(({ id }) => id)

const RULES: readonly [RoutingRule, Find][] = [
  [RoutingRule.RESPONSIBLE, ({ responsibleId }, firm) => ids(only(responsibleId, firm))],
  // A queue without a group is served by everybody: who talked with the client goes on.
  [RoutingRule.ANSWERED, ({ answeredById, queue: { group } }, firm) =>
    ids(only(answeredById, firm).filter(({ groups }) => group === '' || groups.includes(group)))],
  [RoutingRule.QUEUE_GROUP, ({ branchId, queue: { group } }, firm) => {
    const members = atWork(firm).filter(({ groups }) => group !== '' && groups.includes(group))
    const near = members.filter((member) => member.branchId === branchId)
    return ids(near.length > 0 ? near : members)
  }],
  [RoutingRule.BRANCH, ({ branchId }, firm) => ids(atWork(firm).filter((employee) => employee.branchId === branchId))],
  [RoutingRule.CREATOR, ({ creatorId }, firm) => ids(only(creatorId, firm))],
  [RoutingRule.ADMINISTRATOR, (_question, firm) =>
    ids(atWork(firm).filter(({ id }) => callerOfEmployee(firm, id)?.reach('rights', 'manage')?.all === true))],
]
