import type { RightsData, WorkingCalendar } from '@vitrylo/auth'
import { addWorkingTime } from '@vitrylo/lists'
import { livingFields, settle } from '@vitrylo/custom'
import { AppError } from '@vitrylo/errors'
import type { Tx } from '@vitrylo/pg'
import { RequestRegisteredEvent } from '@vitrylo/proto/events.ts'
import type { Queue } from '@vitrylo/proto/vitrylo/servicedesk/v1/queue.ts'
import { RequestState, RoutingRule, type Request, type Routing } from '@vitrylo/proto/vitrylo/servicedesk/v1/request.ts'
import { newId, type Deps } from '@vitrylo/service'
import type { Client } from '../counterparty/counterparty-sql.ts'
import { DEFAULT_QUEUE, queuesNamed } from '../queue/queue-sql.ts'
import { wordsOfRequest } from './references.ts'
import { hasRequestOfCall, insertRequest, loadsOf, lockRegistration, publish } from './request-sql.ts'
import { leastLoaded, stepFor, type Question } from './routing.ts'

/** A request to be, by hand, by API or from a call: what is not said is found by the rules. */
export type Draft = {
  request: Request
  client: Client | undefined
  /** Queues that it came through, in order; the last one that we know counts. */
  queues: readonly string[]
  /** Where it came in, when the client does not tell the branch. */
  branchId?: string
  answeredById?: string
  /** Employee who registers it. */
  creatorId?: string
}

/**
 * Registers a request with number, queue, branch, owner and deadline. Owners are chosen under the lock of the numbers,
 * so that each choice sees the one before. Undefined: the call has its request already.
 */
export async function registerRequest(tx: Tx, { rights }: Pick<Deps, 'rights'>, draft: Draft, now: Date): Promise<Request | undefined> {
  await lockRegistration(tx)
  const { request, client, creatorId } = draft
  if (request.callId !== undefined && (await hasRequestOfCall(tx, request.callId))) return undefined
  const { employees } = rights.data()
  const queue = await queueOf(tx, draft.queues)
  const branchId = request.branchId ?? client?.branchId ?? draft.branchId ?? employees.get(creatorId ?? '')?.branchId
  const question = { hasClient: client !== undefined, responsibleId: client?.responsibleId, answeredById: draft.answeredById, creatorId, branchId, queue, now }
  const { ownerId, routing } = await ownerOf(tx, rights.data(), request.ownerId, question)
  const { calendars, numberingPrefixes } = rights.data()
  const home = branchId ?? employees.get(ownerId)?.branchId ?? ''
  const saved = await insertRequest(
    tx,
    {
      ...request,
      // What a call brings is not refused for what nobody could fill in; it has the defaults.
      custom: request.custom ?? settle({ fields: livingFields(rights.data(), 'requests'), record: wordsOfRequest({ ...request, state: RequestState.NEW }), wanted: undefined, before: undefined, lenient: true }).custom,
      id: newId(),
      state: RequestState.NEW,
      queue: queue.name,
      branchId: branchId ?? employees.get(ownerId)?.branchId,
      ownerId,
      routing,
      dueTime: request.dueTime ?? dueTime(queue, request.missedCall, request.receiveTime ?? now, calendars.get(home)),
    },
    { prefix: numberingPrefixes.get(home), callGivenBy: creatorId, now },
  )
  return publish(tx, RequestRegisteredEvent, saved, creatorId)
}

async function queueOf(tx: Tx, names: readonly string[]): Promise<Queue> {
  const known = (await queuesNamed(tx, [...names, DEFAULT_QUEUE])).filter(({ archived }) => !archived)
  const name = names.findLast((each) => known.some((queue) => queue.name === each)) ?? DEFAULT_QUEUE
  return known.find((queue) => queue.name === name)!
}

const GROUP_ASKED: ReadonlySet<RoutingRule> = new Set([RoutingRule.ANSWERED, RoutingRule.QUEUE_GROUP])

async function ownerOf(tx: Tx, firm: RightsData, named: string | undefined, question: Question & { hasClient: boolean }): Promise<{ ownerId: string; routing: Routing }> {
  const step = named === undefined ? stepFor(question, firm) : { rule: RoutingRule.ASSIGNED, candidates: [named], skipped: [] }
  if (step === undefined) {
    throw new AppError('FAILED_PRECONDITION', 'NOBODY_TO_OWN', 'there is no employee who could own the request; add one first')
  }
  const { ownerId, openRequests } = leastLoaded(await loadsOf(tx, step.candidates))
  const { rule, skipped } = step
  const asked = GROUP_ASKED.has(rule) || skipped.some((before) => GROUP_ASKED.has(before))
  const group = asked ? question.queue.group : ''
  // Where nobody's client was known, nobody was asked for: whose it turns out to be later changes nothing of that.
  const tried = question.hasClient ? [...skipped] : skipped.filter((before) => before !== RoutingRule.RESPONSIBLE)
  return { ownerId, routing: { rule, group, queue: question.queue.name, openRequests, skipped: tried } }
}

/** In the working time of the branch; by the clock where no calendar is set. */
function dueTime({ answerMinutes, callBackMinutes }: Queue, missedCall: boolean, from: Date, calendar: WorkingCalendar | undefined): Date {
  const minutes = missedCall ? callBackMinutes : answerMinutes
  return calendar === undefined ? new Date(from.getTime() + minutes * 60_000) : addWorkingTime(calendar, from, minutes)
}
