import type { AdapterEvent, CallEvent, CallEventType, EventOf } from '../src/call/events.ts'

type Body<T extends CallEventType> = Omit<EventOf<T>, 'type' | 'eventId' | 'pbx' | 'at' | 'receivedAt' | 'leg' | 'call'>

export const T0 = Date.UTC(2026, 10, 21, 9, 0, 0)

/** Writes down what happened, second by second, in the words of the call model. */
export function story(pbx = 'pbx1') {
  const events: AdapterEvent[] = []
  let call = ''
  let at = T0

  function add<T extends CallEventType>(type: T, leg: string, body: Body<T>) {
    const common = { pbx, at, receivedAt: at, eventId: `${pbx}.${type}.${leg}.${at}.${events.length}` }
    events.push({ type, leg, call, ...common, ...body } as unknown as CallEvent)
    return teller
  }

  const facts = (endpoint: string, direction: 'incoming' | 'outgoing') => {
    const system = endpoint.startsWith('Local')
    return { endpoint, system, direction, number: '', name: '', dialled: '', did: '' }
  }

  const teller = {
    events,
    at(seconds: number) {
      at = T0 + seconds * 1000
      return teller
    },
    of(key: string) {
      call = key
      return teller
    },
    add,
    dials: (leg: string, endpoint: string, dialled: string, number = '') =>
      add('leg.created', leg, { ...facts(endpoint, 'incoming'), dialled, number }),
    rings(leg: string, endpoint: string, from = '', number = '', shown = '') {
      add('leg.created', leg, facts(endpoint, 'outgoing'))
      add('leg.offered', leg, { from, fromNumber: '', number, shown, queue: '' })
      return add('leg.ringing', leg, {})
    },
    answers: (leg: string) => add('leg.answered', leg, {}),
    joins: (bridge: string, ...legs: string[]) => {
      for (const leg of legs) add('legs.joined', leg, { bridge })
      return teller
    },
    leaves: (bridge: string, ...legs: string[]) => {
      for (const leg of legs) add('legs.left', leg, { bridge })
      return teller
    },
    asks: (leg: string, cause = 16) => add('leg.hangup-asked', leg, { cause }),
    ends: (...legs: string[]) => {
      for (const leg of legs) add('leg.ended', leg, { cause: 16 })
      return teller
    },
    boots(uptimeMs: number) {
      events.push({ pbx, at, receivedAt: at, eventId: `${pbx}.booted.${at}`, type: 'pbx.booted', uptimeMs })
      return teller
    },
    snapshot(listed: string[], more: { lostAt?: number } = {}) {
      const common = { pbx, at, receivedAt: at, eventId: `${pbx}.snapshot.${at}` }
      events.push({ ...common, type: 'pbx.snapshot', listed, lostAt: more.lostAt ?? null })
      return teller
    },
  }
  return teller
}

/** An inbound call from the trunk, answered by 1001 at second 2. */
export function answeredCall(pbx = 'pbx1', key = 'c') {
  const told = story(pbx).of(key).dials(key, 'trunk', '5550103', '+442079460123').at(1).rings('a', '1001', key)
  return told.at(2).answers('a').joins('b1', key, 'a')
}
