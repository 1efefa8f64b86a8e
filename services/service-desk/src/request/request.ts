import { AppError, invalid } from '@vitrylo/errors'
import type { EventType } from '@vitrylo/events'
import {
  RequestAssignedEvent,
  RequestChangedEvent,
  RequestClosedEvent,
  RequestReopenedEvent,
  RequestTakenEvent,
} from '@vitrylo/proto/events.ts'
import { RequestState, RoutingRule, type Request, type Routing } from '@vitrylo/proto/vitrylo/servicedesk/v1/request.ts'

/** All events of requests have one shape. */
export type RequestEvent = EventType<{ request: Request | undefined; actorId: string }>

/** The next state and what to tell of it; no event means that a finished command was repeated. */
export type Decision = { next: Request; event: RequestEvent | undefined; /** Of a change of many. */ batchId?: string }

/** Somebody and the open requests that they have. */
export type Worker = { id: string; openRequests: number }

const unchanged = (current: Request): Decision => ({ next: current, event: undefined })

/** The worker becomes the owner and begins. Of several who try at once the first has it. */
export function take(current: Request, worker: Worker, now: Date): Decision {
  assertOpen(current)
  const mine = current.ownerId === worker.id
  if (current.state === RequestState.IN_PROGRESS && mine) return unchanged(current)
  if (current.state !== RequestState.NEW && !mine) {
    throw new AppError('FAILED_PRECONDITION', 'REQUEST_TAKEN', 'somebody else works on it; let it be assigned to you', { id: current.id })
  }
  const owned = mine ? current : { ...current, ownerId: worker.id, routing: routingBy(RoutingRule.TAKEN, current, worker) }
  return { next: { ...owned, state: RequestState.IN_PROGRESS, takeTime: current.takeTime ?? now }, event: RequestTakenEvent }
}

/** Another owner; where the work stands stays as it is. */
export function assign(current: Request, worker: Worker): Decision {
  assertOpen(current)
  if (current.ownerId === worker.id) return unchanged(current)
  return { next: { ...current, ownerId: worker.id, routing: routingBy(RoutingRule.ASSIGNED, current, worker) }, event: RequestAssignedEvent }
}

/** The client has to answer first. */
export function wait(current: Request, now: Date): Decision {
  assertOpen(current)
  if (current.state === RequestState.WAITING) return unchanged(current)
  return { next: { ...current, state: RequestState.WAITING, takeTime: current.takeTime ?? now }, event: RequestChangedEvent }
}

export function close(current: Request, resolution: string, now: Date): Decision {
  if (current.state === RequestState.CLOSED) return unchanged(current)
  return { next: { ...current, state: RequestState.CLOSED, resolution, closeTime: now }, event: RequestClosedEvent }
}

/** The work goes on in another one, of the same client as far as both are known. Those `joined` to this one go there with it. */
export function join(current: Request, joined: readonly Request[], other: Request, now: Date): Decision {
  if (current.state === RequestState.CLOSED && current.sameAsId === other.id) return unchanged(current)
  assertOpen(current)
  const refuse = (rule: string, description: string) => invalid([{ field: 'sameAsId', rule, description }])
  if (current.id === other.id) throw refuse('itself', 'is this request itself; name another one')
  assertOpen(other)
  if (isOfAnother(current, other)) throw refuse('same-client', 'the other request is of another client')
  if (joined.some((one) => isOfAnother(one, other))) {
    throw refuse('same-client-joined', 'a request that was joined to this one is of another client; open that one again first')
  }
  return { next: { ...current, state: RequestState.CLOSED, closeTime: now, sameAsId: other.id }, event: RequestClosedEvent }
}

const isOfAnother = (one: Request, other: Request): boolean =>
  one.counterpartyId !== undefined && other.counterpartyId !== undefined && one.counterpartyId !== other.counterpartyId

/** Back to where it stood: one that nobody had begun is new again. */
export function reopen(current: Request): Decision {
  if (current.state !== RequestState.CLOSED) return unchanged(current)
  const state = current.takeTime === undefined ? RequestState.NEW : RequestState.IN_PROGRESS
  return { next: { ...current, state, resolution: '', closeTime: undefined, sameAsId: undefined }, event: RequestReopenedEvent }
}

export function assertOpen({ id, state }: Request): void {
  if (state !== RequestState.CLOSED) return
  throw new AppError('FAILED_PRECONDITION', 'REQUEST_CLOSED', 'the request is closed; open it again first', { id })
}

function routingBy(rule: RoutingRule, { queue }: Request, { openRequests }: Worker): Routing {
  return { rule, group: '', queue, openRequests, skipped: [] }
}
