import { assertReaches, type Caller } from '@vitrylo/auth'
import { overlaid } from '@vitrylo/custom'
import { AppError, invalid, type Violation } from '@vitrylo/errors'
import { exportTable } from '@vitrylo/imports'
import type { Tx } from '@vitrylo/pg'
import { RequestChangedEvent } from '@vitrylo/proto/events.ts'
import { RequestState, type Request } from '@vitrylo/proto/vitrylo/servicedesk/v1/request.ts'
import type { RequestServiceServer } from '@vitrylo/proto/vitrylo/servicedesk/v1/request_service.ts'
import { applyMask, withAccess, type Call, type Deps, type Handlers } from '@vitrylo/service'
import { countryOf, onlyE164Of, phoneViolation } from '@vitrylo/service/phone.ts'
import { assertReferences, awaitReferences, settleRequest } from '../request/references.ts'
import { requestTable } from '../request/request-table.ts'
import { registerRequest } from '../request/register-request.ts'
import { getRequest, holdRequest, listRequests, loadsOf, lockJoined, lockRequest, moveJoined, publish, publishAll, toldTo, updateRequest } from '../request/request-sql.ts'
import { assertOpen, assign, close, join, reopen, take, wait, type Decision, type Worker } from '../request/request.ts'

const WRITABLE = ['channel', 'subject', 'text', 'counterpartyId', 'contactPersonId', 'phone', 'senderName', 'branchId', 'queue', 'dueTime', 'missedCall', 'receiveTime', 'custom'] as const
const NEVER_EMPTY = ['branchId', 'queue', 'dueTime', 'receiveTime'] as const

export function requestService(deps: Deps): Handlers<RequestServiceServer> {
  const { pool, env } = deps
  const country = countryOf(env)
  const table = requestTable(pool)
  const asKept = (request: Request): Request => ({ ...request, phone: onlyE164Of(request.phone, country) || request.phone.trim(), senderName: request.senderName.trim() })
  // What an exchange tells of a call is kept as it is: withheld, from within, cut off.
  const judgePhone: JudgePhone = ({ phone }) => (phone === '' ? [] : [phoneViolation(phone, country, 'phone')].filter((wrong) => wrong !== undefined))
  const decide = async (call: Call, which: Which, judge: Judge) => toldTo(pool, call.caller, await decided(call, which, judge))
  return {
    getRequest: async ({ id }, { caller }) => {
      const request = await getRequest(pool, caller, id)
      return withAccess(pool, caller, 'requests', request.ownerId, request)
    },
    listRequests: (request, call) => listRequests(pool, call, request),
    exportRequests: (request, call) => exportTable(deps, table, request, call),
    createRequest: async ({ request }, call) => {
      await awaitReferences(deps, request!, call)
      return call.transact((tx) => create(tx, deps, asKept(request!), judgePhone, call))
    },
    updateRequest: async ({ request, updateMask }, call) => {
      await awaitReferences(deps, request!, call)
      return toldTo(pool, call.caller, await call.transact((tx) => update(tx, deps, asKept(request!), updateMask, judgePhone, call)))
    },
    takeRequest: (which, call) =>
      decide(call, which, async (current, tx) => {
        const ownerId = employeeOf(call.caller)
        // Who was let in to this one request works on it where it is.
        if (ownerId !== current.ownerId) assertReaches(call.caller, 'requests', 'change', { branchId: current.branchId, ownerId }, current)
        return take(current, await workerOf(tx, ownerId), call.now)
      }),
    assignRequest: async ({ ownerId, batchId = '', ...which }, call) => {
      await awaitReferences(deps, { ownerId }, call)
      return decide(call, which, async (current, tx) => {
        await assertReferences(tx, deps, call.caller, { ownerId })
        assertReaches(call.caller, 'requests', 'change', { branchId: current.branchId, ownerId }, current)
        return { ...assign(current, await workerOf(tx, ownerId)), batchId }
      })
    },
    waitRequest: (which, call) => decide(call, which, (current) => wait(current, call.now)),
    closeRequest: ({ resolution, ...which }, call) => decide(call, which, (current) => close(current, resolution, call.now)),
    joinRequest: ({ sameAsId, ...which }, call) =>
      decide(call, which, async (current, tx) => {
        const other = await holdRequest(tx, call.caller, sameAsId)
        const joined = await lockJoined(tx, current.id)
        const decision = join(current, joined, other, call.now)
        if (joined.length > 0) await publishAll(tx, RequestChangedEvent, await moveJoined(tx, joined, other.id, call.now), call.caller.employeeId)
        return decision
      }),
    reopenRequest: (which, call) => decide(call, which, reopen),
  }
}

type JudgePhone = (request: Request) => Violation[]

async function create(tx: Tx, deps: Deps, request: Request, judgePhone: JudgePhone, { caller, now }: Call): Promise<Request> {
  const client = await assertReferences(tx, deps, caller, request)
  assertReaches(caller, 'requests', 'create', named(request, caller))
  const { record, violations } = await settleRequest(deps, tx, caller, { ...request, receiveTime: notAfter(now, request.receiveTime), state: RequestState.NEW })
  const wrong = [...(request.callId === undefined ? [...emptyIn(request, ['subject']), ...judgePhone(request)] : []), ...violations, ...wrongReceiveTime(request.receiveTime, now)]
  if (wrong.length > 0) throw invalid(wrong)
  const saved = await registerRequest(tx, deps, { request: record, client, queues: [request.queue], creatorId: caller.employeeId }, now)
  if (saved === undefined) throw new AppError('ALREADY_EXISTS', 'TAKEN', 'the call has its request already', { field: 'callId' })
  return saved
}

const emptyIn = (request: Request, fields: readonly (keyof Request)[]): Violation[] =>
  fields.filter((field) => !request[field]).map((field) => ({ field, rule: 'required', description: 'cannot be empty' }))

/** Clocks of callers go a little before ours. */
const CLOCKS_MS = 60_000
const OLDEST_YEARS = 10

const notAfter = (now: Date, time: Date | undefined): Date | undefined => (time === undefined || time < now ? time : now)

function wrongReceiveTime(time: Date | undefined, now: Date): Violation[] {
  if (time === undefined) return []
  const oldest = new Date(now)
  oldest.setUTCFullYear(oldest.getUTCFullYear() - OLDEST_YEARS)
  if (time.getTime() > now.getTime() + CLOCKS_MS) return [{ field: 'receiveTime', rule: 'notFuture', description: 'cannot be in the future; leave it out where the request came just now' }]
  return time < oldest ? [{ field: 'receiveTime', rule: 'tooOld', description: `cannot be more than ${OLDEST_YEARS} years ago` }] : []
}

/** Where the rules put it is not the caller's choice and not judged; what the caller names must be in reach. */
function named({ branchId, ownerId }: Request, caller: Caller): { branchId?: string; ownerId?: string } {
  const ownPlace = branchId === undefined || branchId === caller.branchId
  return { branchId: branchId ?? caller.branchId, ownerId: ownerId ?? (ownPlace ? caller.employeeId : undefined) }
}

async function update(tx: Tx, deps: Deps, change: Request, mask: string[] | undefined, judgePhone: JudgePhone, { caller, now }: Call): Promise<Request> {
  const current = await lockRequest(tx, caller, change.id, change.etag)
  const { next, changed } = applyMask(current, { ...change, custom: overlaid(current.custom, change.custom) }, mask, WRITABLE)
  if (changed.length === 0) return current
  const isMoved = changed.includes('receiveTime')
  // Where a closed one was stays in the journal as it was.
  if (isMoved || changed.includes('queue')) assertOpen(current)
  // One of a call may have no subject yet.
  const empty = emptyIn(next, changed.includes('subject') ? ['subject', ...NEVER_EMPTY] : NEVER_EMPTY)
  if (empty.length > 0) throw invalid(empty)
  await assertReferences(tx, deps, caller, Object.fromEntries(changed.map((field) => [field, next[field as keyof Request]])))
  const { record, violations } = await settleRequest(deps, tx, caller, isMoved ? { ...next, receiveTime: notAfter(now, next.receiveTime) } : next, current.custom)
  const wrong = [...violations, ...(changed.includes('phone') ? judgePhone(next) : []), ...(isMoved ? wrongReceiveTime(next.receiveTime, now) : [])]
  if (wrong.length > 0) throw invalid(wrong)
  if (changed.includes('branchId')) assertReaches(caller, 'requests', 'change', next, current)
  return publish(tx, RequestChangedEvent, await updateRequest(tx, record, now), caller.employeeId)
}

type Which = { id: string; etag: string }
type Judge = (current: Request, tx: Tx) => Decision | Promise<Decision>

/** A change of state: lock, decide, save and tell, all or nothing. */
function decided({ caller, now, transact }: Call, { id, etag }: Which, judge: Judge): Promise<Request> {
  return transact(async (tx) => {
    const { next, event, batchId } = await judge(await lockRequest(tx, caller, id, etag), tx)
    return event === undefined ? next : publish(tx, event, await updateRequest(tx, next, now), caller.employeeId, batchId)
  })
}

async function workerOf(tx: Tx, id: string): Promise<Worker> {
  const [load] = await loadsOf(tx, [id])
  return { id, openRequests: load!.openRequests }
}

function employeeOf({ employeeId }: Caller): string {
  if (employeeId !== undefined) return employeeId
  throw new AppError('FAILED_PRECONDITION', 'CALLER_NO_EMPLOYEE', 'only an employee can own a request; assign it instead')
}
