import { expect, test } from '@jest/globals'
import { Request, RequestState as State, RoutingRule } from '@vitrylo/proto/vitrylo/servicedesk/v1/request.ts'
import { Call, CallDirection, CallDisposition } from '@vitrylo/proto/vitrylo/telephony/v1/call.ts'
import { asksForSomething, requestOfCall } from '../src/request/call-request.ts'
import { assign, close, join, reopen, take, wait } from '../src/request/request.ts'

const now = new Date('2026-03-02T09:00:00Z')
const worker = { id: 'me', openRequests: 3 }
const request = (state: State, ownerId = 'me', more: Partial<Request> = {}) => Request.fromPartial({ id: 'r', state, ownerId, queue: 'sales', ...more })
const other = (more: Partial<Request> = {}) => request(State.IN_PROGRESS, 'you', { id: 'other', ...more })
const joined = request(State.CLOSED, 'me', { sameAsId: 'other' })
const outcome = (work: () => { next: Request; event?: { type: string } }) => {
  try {
    const { next, event } = work()
    return `${next.state.slice('REQUEST_STATE_'.length)} ${next.ownerId} ${event?.type.split('.').at(-1) ?? 'nothing'}`
  } catch (error) {
    const { reason, violations } = error as { reason: string; violations?: { rule: string }[] }
    return violations?.[0]?.rule ?? reason
  }
}

test.each([
  ['a new one of mine', request(State.NEW), 'IN_PROGRESS me RequestTaken'],
  ['a new one of another', request(State.NEW, 'you'), 'IN_PROGRESS me RequestTaken'],
  ['one that I work on already', request(State.IN_PROGRESS), 'IN_PROGRESS me nothing'],
  ['one that another works on', request(State.IN_PROGRESS, 'you'), 'REQUEST_TAKEN'],
  ['a waiting one of mine', request(State.WAITING), 'IN_PROGRESS me RequestTaken'],
  ['a waiting one of another', request(State.WAITING, 'you'), 'REQUEST_TAKEN'],
  ['a closed one', request(State.CLOSED), 'REQUEST_CLOSED'],
])('taking %s', (_name, current, expected) => {
  expect(outcome(() => take(current, worker, now))).toBe(expected)
})

test('taking keeps the first time of beginning and says why the owner is the owner', () => {
  const before = new Date('2026-03-01T09:00:00Z')
  expect(take(request(State.WAITING, 'me', { takeTime: before }), worker, now).next.takeTime).toBe(before)
  expect(take(request(State.NEW, 'you'), worker, now).next.routing).toMatchObject({ rule: RoutingRule.TAKEN, openRequests: 3, queue: 'sales' })
})

test.each([
  ['assigning to another', () => assign(request(State.IN_PROGRESS, 'you'), worker), 'IN_PROGRESS me RequestAssigned'],
  ['assigning to its owner', () => assign(request(State.NEW), worker), 'NEW me nothing'],
  ['assigning a closed one', () => assign(request(State.CLOSED), worker), 'REQUEST_CLOSED'],
  ['waiting', () => wait(request(State.NEW), now), 'WAITING me RequestChanged'],
  ['waiting again', () => wait(request(State.WAITING), now), 'WAITING me nothing'],
  ['waiting when closed', () => wait(request(State.CLOSED), now), 'REQUEST_CLOSED'],
  ['closing', () => close(request(State.NEW), 'done', now), 'CLOSED me RequestClosed'],
  ['closing again', () => close(request(State.CLOSED), 'done', now), 'CLOSED me nothing'],
  ['joining it to another', () => join(request(State.WAITING), [], other(), now), 'CLOSED me RequestClosed'],
  ['joining it again', () => join(joined, [], other(), now), 'CLOSED me nothing'],
  ['joining it to one that was closed meanwhile, again', () => join(joined, [], other({ state: State.CLOSED }), now), 'CLOSED me nothing'],
  ['joining it to a third one', () => join(joined, [], other({ id: 'third' }), now), 'REQUEST_CLOSED'],
  ['joining a closed one', () => join(request(State.CLOSED), [], other(), now), 'REQUEST_CLOSED'],
  ['joining it to a closed one', () => join(request(State.NEW), [], other({ state: State.CLOSED }), now), 'REQUEST_CLOSED'],
  ['joining it to itself', () => join(request(State.NEW), [], request(State.NEW), now), 'itself'],
  ['joining it to one of another client', () => join(request(State.NEW, 'me', { counterpartyId: 'a' }), [], other({ counterpartyId: 'b' }), now), 'same-client'],
  ['joining it to one of a client that this one does not know', () => join(request(State.NEW), [], other({ counterpartyId: 'b' }), now), 'CLOSED me RequestClosed'],
  ['joining it, and one that was joined to it, to one of another client', () => join(request(State.NEW), [request(State.CLOSED, 'me', { counterpartyId: 'a' })], other({ counterpartyId: 'b' }), now), 'same-client-joined'],
  ['reopening what nobody had begun', () => reopen(request(State.CLOSED)), 'NEW me RequestReopened'],
  ['reopening what was begun', () => reopen(request(State.CLOSED, 'me', { takeTime: now })), 'IN_PROGRESS me RequestReopened'],
  ['reopening an open one', () => reopen(request(State.WAITING)), 'WAITING me nothing'],
])('%s', (_name, work, expected) => {
  expect(outcome(work)).toBe(expected)
})

const call = (more: object) => Call.fromPartial({ id: 'c', direction: CallDirection.INBOUND, disposition: CallDisposition.ANSWERED, customerNumber: '+380445550118', ...more })

test.each([
  [call({}), '+380445550118', false],
  [call({ counterpartyName: 'ТОВ', contactPersonName: 'Гнатюк Олена' }), '+380445550118', false],
  [call({ disposition: CallDisposition.ABANDONED_IN_QUEUE }), '+380445550118', true],
  [call({ disposition: CallDisposition.NO_ANSWER, customerNumber: '', customerNumberRaw: '118' }), '118', true],
  [call({ withheld: true, customerNumber: '' }), 'anonymous', false],
  [call({ withheld: true, customerNumber: '', customerNumberRaw: 'Restricted' }), 'anonymous', false],
  [call({ disposition: CallDisposition.LOST, answerTime: now }), '+380445550118', false],
  [call({ disposition: CallDisposition.LOST }), '+380445550118', true],
])('a call becomes a request in nobody\'s language: the subject is left to whoever shows it (%#)', (given, phone, missedCall) => {
  expect(requestOfCall(given)).toMatchObject({ subject: '', phone, missedCall, callId: 'c' })
})

test('only calls from outside ask for something', () => {
  const { INBOUND, OUTBOUND, INTERNAL } = CallDirection
  expect([INBOUND, OUTBOUND, INTERNAL].filter((direction) => asksForSomething(call({ direction })))).toEqual([INBOUND])
})
