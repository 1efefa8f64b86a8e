import { callerOfEmployee, sees } from '@vitrylo/auth'
import { on, type Handler } from '@vitrylo/events'
import { CallCorrectedEvent, CallEndedEvent, RequestChangedEvent } from '@vitrylo/proto/events.ts'
import { letIn, type Deps } from '@vitrylo/service'
import { findClient } from '../counterparty/counterparty-sql.ts'
import { asksForSomething, requestOfCall } from '../request/call-request.ts'
import { registerRequest } from '../request/register-request.ts'
import { lockForEvent, publish, releaseCall, updateRequest } from '../request/request-sql.ts'

/** Whoever talked has so long to write down what was said. */
const WRITE_DOWN_MS = 86_400_000

/** Every call from outside becomes one request, however often and late its end is told. One that somebody entered with a call out of their reach does not take its place. */
export function onCallEnded({ rights, now }: Deps): Handler {
  return on(CallEndedEvent, async (tx, { call }) => {
    if (call === undefined || !asksForSomething(call)) return
    const client = call.counterpartyId === '' ? undefined : await findClient(tx, call.counterpartyId)
    const draft = {
      request: requestOfCall(call),
      client,
      queues: call.queues,
      branchId: call.branchId || undefined,
      answeredById: call.ownerAgent?.employeeId || call.answeredBy?.employeeId || undefined,
    }
    const place = { branchId: call.branchId || undefined, ownerId: draft.answeredById }
    const reaches = (employeeId: string) => {
      const caller = callerOfEmployee(rights.data(), employeeId)
      return caller !== undefined && sees(caller, 'calls', place)
    }
    const released = await releaseCall(tx, call.id, reaches, now())
    if (released !== undefined) await publish(tx, RequestChangedEvent, released)
    const saved = await registerRequest(tx, { rights }, draft, now())
    const answerer = draft.answeredById && callerOfEmployee(rights.data(), draft.answeredById)
    // It may go to the client's own manager in another branch: what the caller said is known to who talked alone.
    if (saved === undefined || !answerer || sees(answerer, 'requests', saved, 'change')) return
    await letIn(tx, 'requests', saved.id, { employeeId: draft.answeredById!, until: new Date(now().getTime() + WRITE_DOWN_MS) }, now())
  })
}

/** Whose call it was may come out later. What people wrote into the request meanwhile stays. */
export function onCallCorrected({ now }: Deps): Handler {
  return on(CallCorrectedEvent, async (tx, { call }) => {
    if (call === undefined || call.counterpartyId === '') return
    const current = await lockForEvent(tx, { callId: call.id })
    if (current === undefined || current.counterpartyId !== undefined) return
    const next = { ...current, counterpartyId: call.counterpartyId, contactPersonId: call.contactPersonId || undefined }
    await publish(tx, RequestChangedEvent, await updateRequest(tx, next, now()))
  })
}
