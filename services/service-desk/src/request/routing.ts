import { callerOfEmployee, type EmployeeFacts, type RightsData } from '@vitrylo/auth'
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
  /** Whoever is away then gets no new work. */
  now: Date
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
    // That nobody stands in for somebody tells nothing.
    if (rule !== RoutingRule.SUBSTITUTE) skipped.push(rule)
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

const known = ({ employees }: RightsData) => [...employees.values()].filter(({ disabled }) => !disabled)
const only = (id: string | undefined, firm: RightsData) => known(firm).filter((employee) => employee.id === id)
/** Who stands in now: an employee whom somebody stands in for is away. */
const standIns = ({ substitutes = [] }: EmployeeFacts, now: Date) => substitutes.filter(({ from, until }) => Date.parse(from) <= now.getTime() && now.getTime() < Date.parse(until))
const isHere = (now: Date) => (employee: EmployeeFacts) => standIns(employee, now).length === 0
const atWork = (firm: RightsData, now: Date) => known(firm).filter(isHere(now))
const ids = (employees: { id: string }[]) => employees.map(({ id }) => id)

const RULES: readonly [RoutingRule, Find][] = [
  [RoutingRule.RESPONSIBLE, ({ responsibleId, now }, firm) => ids(only(responsibleId, firm).filter(isHere(now)))],
  [RoutingRule.SUBSTITUTE, ({ responsibleId, now }, firm) => {
    const named = only(responsibleId, firm).flatMap((employee) => standIns(employee, now)).map(({ employeeId }) => employeeId)
    return ids(atWork(firm, now).filter(({ id }) => named.includes(id)))
  }],
  // A queue without a group is served by everybody: who talked with the client goes on.
  [RoutingRule.ANSWERED, ({ answeredById, queue: { group } }, firm) =>
    ids(only(answeredById, firm).filter(({ groups }) => group === '' || groups.includes(group)))],
  [RoutingRule.QUEUE_GROUP, ({ branchId, queue: { group }, now }, firm) => {
    const members = atWork(firm, now).filter(({ groups }) => group !== '' && groups.includes(group))
    const near = members.filter((member) => member.branchId === branchId)
    return ids(near.length > 0 ? near : members)
  }],
  [RoutingRule.BRANCH, ({ branchId, now }, firm) => ids(atWork(firm, now).filter((employee) => employee.branchId === branchId))],
  [RoutingRule.CREATOR, ({ creatorId }, firm) => ids(only(creatorId, firm))],
  [RoutingRule.ADMINISTRATOR, (_question, firm) =>
    ids(known(firm).filter(({ id }) => callerOfEmployee(firm, id)?.reach('rights', 'manage')?.all === true))],
]
