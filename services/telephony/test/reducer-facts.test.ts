import { describe, expect, test } from '@jest/globals'
import { isCallEvent } from '../src/call/events.ts'
import type { AdapterEvent } from '../src/call/events.ts'
import type { Call } from '../src/call/model.ts'
import { reduceCalls } from '../src/call/reducer.ts'
import { capture, CONFIG } from './capture-files.ts'
import { eventsOf } from './capture-play.ts'
import { answeredCall, story, T0 } from './event-builder.ts'

const callsOf = (events: AdapterEvent[]): Call[] => reduceCalls(events.filter(isCallEvent), CONFIG)
const only = (events: AdapterEvent[]): Call => {
  const calls = callsOf(events)
  expect(calls).toHaveLength(1)
  return calls[0] as Call
}
const recorded = (name: string) => only(eventsOf(capture(name)))

describe('what a PBX says and what it means', () => {
  test('1: a call detail record that says ANSWERED makes no talk of an abandoned call', () => {
    expect(recorded('abandoned-in-queue')).toMatchObject({
      disposition: 'abandoned-in-queue',
      talkSeconds: 0,
      answeredBy: null,
    })
  })

  test('2: waits are told in fractions of a second, not in the whole ones of the queue', () => {
    expect(recorded('inbound-answered').waitSeconds).toBeCloseTo(1.53, 1)
  })

  test('3: a consultation is part of the customer’s call after the transfer, and the older call is the one that stays', () => {
    const call = recorded('attended-transfer')
    expect(call.segments.map((segment) => segment.extension)).toEqual(['1001', '1002'])
    expect(call.providerKey).toBe('pbx1-1795227968.55')
  })

  const consulted = () =>
    answeredCall().at(4).of('k').dials('k', '1001', '1002').rings('t', '1002', 'k').at(5).answers('t')
  const transfer = { kind: 'attended' as const, to: '', second: 'k', transferee: 'c', calls: ['c', 'k'] }

  test('4: an attended transfer that the manager asked for names a Local leg; the phone behind it is the one', () => {
    const told = answeredCall().at(4)
    told.add('leg.created', 'l1', {
      endpoint: 'Local',
      system: true,
      direction: 'outgoing',
      number: '',
      name: '',
      dialled: '1002',
      did: '',
    })
    told.add('leg.created', 'l2', {
      endpoint: 'Local',
      system: true,
      direction: 'incoming',
      number: '',
      name: '',
      dialled: '1002',
      did: '',
    })
    told.add('legs.paired', 'l1', { other: 'l2' }).rings('t', '1002', 'l2').at(5).answers('t').joins('b2', 'l2', 't')
    told
      .at(6)
      .leaves('b1', 'a')
      .joins('b1', 'l1')
      .add('transfer.completed', 'a', { ...transfer, second: 'a', target: 'l1', calls: ['c'] })
    const call = only(told.ends('a').at(9).asks('c').ends('c', 'l1', 'l2', 't').events)
    expect(call.transfers).toMatchObject([{ kind: 'attended', by: '1001', to: '1002' }])
    expect(call).toMatchObject({ talkSeconds: 7, ownerAgent: { extension: '1002' }, endedBy: 'caller' })
  })

  test('4: an attended transfer by the keypad names no target; it is who talks next', () => {
    const told = consulted().joins('b2', 'k', 't').at(7).of('c').leaves('b1', 'a').leaves('b2', 't').joins('b1', 't')
    told
      .add('transfer.completed', 'a', { ...transfer, target: '' })
      .ends('a', 'k')
      .at(9)
      .asks('t')
      .ends('c', 't')
    expect(only(told.events)).toMatchObject({
      transfers: [{ kind: 'attended', by: '1001', to: '1002' }],
      endedBy: 'agent',
      talkSeconds: 7,
    })
  })

  test('4: a redirect has no event of its own: the agent’s leg falls, and the customer is in another queue', () => {
    const told = answeredCall().at(5).leaves('b1', 'c', 'a').ends('a').add('queue.joined', 'c', { queue: 'support' })
    told
      .at(6)
      .rings('x', '1003', 'c')
      .at(7)
      .answers('x')
      .add('queue.left', 'c', { queue: 'support' })
      .joins('b2', 'c', 'x')
    const call = only(told.at(9).asks('c').ends('c', 'x').events)
    expect(call.transfers).toMatchObject([{ kind: 'redirect', by: '1001', to: 'support' }])
    expect(call).toMatchObject({
      queues: ['support'],
      talkSeconds: 5,
      answeredBy: { extension: '1001' },
      ownerAgent: { extension: '1003' },
    })
  })

  test('5: a click-to-call is outbound, and rings nobody as if a customer called', () => {
    const call = recorded('click-to-call-answered')
    expect(call).toMatchObject({
      direction: 'outbound',
      origin: 'click-to-call',
      offers: [],
      customerNumber: '+442079460130',
    })
  })

  test('6: that the request succeeded says nothing of the customer', () => {
    expect(recorded('click-to-call-busy')).toMatchObject({ disposition: 'busy', endedBy: 'callee', answerTime: null })
    expect(recorded('click-to-call-agent-no-answer')).toMatchObject({
      disposition: 'no-answer',
      customerNumber: '+442079460132',
    })
  })

  test('7: a second request with the key of a living call fails and does that call no harm', () => {
    const told = story().of('crm').rings('crm', '1001', '', '1001', '+442079460130').at(1).answers('crm')
    told.add('request.result', 'crm', { requestId: 'r1', ok: true, reason: 4, number: '+442079460130' })
    told.at(2).add('request.result', 'crm', { requestId: 'r2', ok: false, reason: 0, number: '+442079460999' })
    expect(only(told.events)).toMatchObject({ state: 'new', customerNumber: '+442079460130', disposition: null })
  })

  test('7: the same key after the end of its call is another call', () => {
    const once = () => story().of('crm').rings('crm', '1001', '', '1001', '+442079460130').at(5).ends('crm')
    const again = once().at(60).rings('crm', '1001', '', '1001', '+442079460131').at(65).ends('crm')
    const calls = callsOf(again.events)
    expect(calls.map((call) => [call.customerNumber, call.waitSeconds])).toEqual([
      ['+442079460130', 5],
      ['+442079460131', 5],
    ])
    expect(new Set(calls.map((call) => call.id)).size).toBe(2)
  })

  test('8: with Local members the agent is the phone behind them, rung and answered once', () => {
    const { offers, answeredBy } = recorded('local-channel-queue')
    expect(offers.map((offer) => [offer.extension, offer.outcome])).toEqual([
      ['1001', 'elsewhere'],
      ['1002', 'answered'],
    ])
    expect(answeredBy).toEqual({ extension: '1002', employeeId: 'employee-1002' })
  })

  test('8: when a Local member’s time runs out, its phone has missed the call though it only saw a cancel', () => {
    const told = story()
      .of('c')
      .dials('c', 'trunk', '5550109', '+442079460123')
      .add('queue.joined', 'c', { queue: 'front' })
    told.add('leg.created', 'l1', {
      endpoint: 'Local',
      system: true,
      direction: 'outgoing',
      number: '',
      name: '',
      dialled: '',
      did: '',
    })
    told.add('legs.paired', 'l1', { other: 'l2' }).rings('a', '1001', 'l2').at(6).add('leg.unanswered', 'l1', {})
    told.add('leg.offer-ended', 'a', { from: 'l2', status: 'CANCEL' }).ends('a', 'l1', 'l2')
    expect(only(told.events)).toMatchObject({ state: 'queued', offers: [{ extension: '1001', outcome: 'missed' }] })
  })

  test('9: who lost the race did not miss the call; who let it ring did', () => {
    expect(recorded('ring-group').offers.map((offer) => offer.outcome)).toEqual(['elsewhere', 'answered', 'elsewhere'])
    expect(recorded('ring-no-answer-then-second-agent').offers.map((offer) => offer.outcome)).toEqual([
      'missed',
      'answered',
    ])
  })

  test('9: of two ends that are told of one ring the first is the reason', () => {
    const told = story().of('c').dials('c', 'trunk', '5550103', '+442079460123').rings('a', '1001', 'c').at(6)
    told.add('leg.offer-ended', 'a', { from: 'c', status: 'NOANSWER' })
    told.at(6.001).add('leg.offer-ended', 'a', { from: 'c', status: 'CANCEL' }).ends('a')
    expect(only(told.events).offers).toMatchObject([{ outcome: 'missed', closedAt: T0 + 6_000 }])
  })

  test('9: an agent rung again has one offer, open again', () => {
    const told = story().of('c').dials('c', 'trunk', '5550103', '+442079460123').rings('a', '1001', 'c').at(6)
    told.add('leg.offer-ended', 'a', { from: 'c', status: 'NOANSWER' }).ends('a').at(7).rings('a2', '1001', 'c')
    expect(only(told.events)).toMatchObject({ state: 'offered', offers: [{ offeredAt: T0, outcome: null }] })
  })

  test('10: who hangs up in the voice menu is a missed call too', () => {
    const told = story().of('c').dials('c', 'trunk', '5550100', 'anonymous').answers('c')
    expect(only(told.events)).toMatchObject({
      state: 'ivr',
      withheld: true,
      customerNumber: null,
      customerNumberRaw: 'anonymous',
    })
    const ended = only(told.at(4).asks('c').ends('c').events)
    expect(ended).toMatchObject({ disposition: 'abandoned-in-ivr', endedBy: 'caller', waitSeconds: 4 })
  })

  test('11: legs resumed that were never held are no hold', () => {
    expect(recorded('blind-transfer')).toMatchObject({ holdCount: 0, holdSeconds: 0 })
    expect(recorded('attended-transfer').holdCount).toBe(1)
  })

  test('12: calls of a PBX stopped in order end by its own events; of one that was killed, by its silence', () => {
    const [stopped] = callsOf(eventsOf(capture('pbx-restart-graceful')))
    expect(stopped).toMatchObject({ disposition: 'answered', endedBy: 'pbx', certainty: 'exact' })
    expect(callsOf(eventsOf(capture('pbx-restart-killed')))[0]).toMatchObject({ state: 'connected' })
  })
})

describe('numbers and parties', () => {
  const inbound = (number: string) => only(story().of('c').dials('c', 'trunk', '5550103', number).events)

  test('an extension or a short code is never made a public number', () => {
    for (const raw of ['1001', '999', '102'])
      expect(inbound(raw)).toMatchObject({ customerNumber: null, customerNumberRaw: raw })
  })

  test('an extension that could be a public number is still an extension', () => {
    const config = { ...CONFIG, extensionPattern: /^044234567\d$/ }
    const told = story().of('c').dials('c', 'trunk', '5550103', '0442345678').events.filter(isCallEvent)
    expect(reduceCalls(told, config)[0]).toMatchObject({ customerNumber: null, customerNumberRaw: '0442345678' })
  })

  test('national notation is read by the country of the PBX, and what is no number stays raw', () => {
    expect(inbound('0442345678').customerNumber).toBe('+380442345678')
    expect(inbound('00380442345678').customerNumber).toBe('+380442345678')
    expect(inbound('+38044').customerNumber).toBeNull()
  })

  test('a phone that dials a number in national notation has called outside; one that dials an extension has not', () => {
    const dialled = (number: string) => only(story().of('a').dials('a', '1001', number).events)
    expect(dialled('0442345678')).toMatchObject({ direction: 'outbound', customerNumber: '+380442345678' })
    expect(dialled('1002')).toMatchObject({ direction: 'internal', line: '1002', customerNumber: null })
    expect(dialled('*21')).toMatchObject({ direction: 'internal', customerNumber: null })
  })

  test('a customer who hangs up while a phone rings has abandoned the ringing', () => {
    const told = story().of('c').dials('c', 'trunk', '5550103', '+442079460123').rings('a', '1001', 'c').at(3).asks('c')
    const call = only(told.add('leg.offer-ended', 'a', { from: 'c', status: 'CANCEL' }).ends('a', 'c').events)
    expect(call).toMatchObject({
      disposition: 'abandoned-ringing',
      endedBy: 'caller',
      offers: [{ outcome: 'cancelled' }],
    })
  })

  test('a dialler’s customer for whom no agent was free has been dropped', () => {
    const told = story().of('c').rings('c', 'trunk', '', '+442079460140').at(1).answers('c').at(4).asks('c').ends('c')
    expect(only(told.events)).toMatchObject({
      disposition: 'dropped-by-dialler',
      origin: 'predictive',
      waitSeconds: 3,
      endedBy: 'callee',
    })
  })

  test('two PBXs that give out the same keys have two calls', () => {
    const other = { ...CONFIG, pbxId: 'pbx2' }
    const [one] = reduceCalls(answeredCall('pbx1').events.filter(isCallEvent), CONFIG)
    const [two] = reduceCalls(answeredCall('pbx2').events.filter(isCallEvent), other)
    expect(one?.id).not.toBe(two?.id)
    expect(one?.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  })
})
