import type { AdapterEvent, EventBody } from '../call/events.ts'
import type { AmiMessage } from './ami-message.ts'
import { dialledExten, endpointOf, isSystemChannel, known, numberDialled } from './channel.ts'
import { eventId } from '../call/event-id.ts'
import { journalRecord } from './journal-record.ts'

export type DecodeContext = {
  pbxId: string
  receivedAt: number
  /** The PBX's clock less ours: dates what carries no Timestamp. */
  clockOffsetMs: number
  /** Tells apart two equal messages without a Timestamp; a Timestamp does it otherwise. */
  connection: number
  seq: number
}

/** One message of the manager in the words of the call model; most messages say nothing about calls. */
export function decode(message: AmiMessage, context: DecodeContext): AdapterEvent[] {
  const { pbxId: pbx, receivedAt } = context
  const stamp = Number(message.get('Timestamp')) * 1000
  // Without a Timestamp many events share one millisecond; a microsecond each keeps them in the order they came.
  const at = stamp > 0 ? stamp : receivedAt + context.clockOffsetMs + (context.seq % 1000) / 1000
  const unique = stamp > 0 ? '' : `${context.connection}.${context.seq}`
  const text = message.headers.map(([name, value]) => `${name}:${value}`).join('\n')
  const common = { pbx, at, receivedAt }
  return bodies(message, at).map((body, index) => ({
    ...body,
    ...common,
    eventId: eventId([pbx, body.type, index, unique, text]),
  }))
}

function bodies(m: AmiMessage, at: number): EventBody[] {
  const name = m.get('Event')
  const read = CALL_EVENTS[name]
  // A request that rang nobody has a result and no leg.
  if (read !== undefined)
    return read(m).filter((body) => !('leg' in body) || body.leg !== '' || body.type === 'request.result')
  if (name === 'Cdr') return [{ type: 'journal.record', leg: m.get('UniqueID'), ...journalRecord(m, at) }]
  return pbxBodies(name, m)
}

function legOf(m: AmiMessage, prefix = ''): { leg: string; call: string } {
  const leg = known(m.get(`${prefix}Uniqueid`))
  return { leg, call: known(m.get(`${prefix}Linkedid`)) || leg }
}

export function variable(m: AmiMessage, name: string): string {
  const found = m.all('ChanVariable').find((each) => each.startsWith(`${name}=`))
  return found === undefined ? '' : found.slice(name.length + 1)
}

/** What a Newchannel and an entry of CoreShowChannels both say. `outgoing`: the PBX dials this leg. */
export function legFacts(m: AmiMessage, outgoing: boolean) {
  return {
    endpoint: endpointOf(m.get('Channel')),
    system: isSystemChannel(m.get('Channel')),
    direction: outgoing ? ('outgoing' as const) : ('incoming' as const),
    number: known(m.get('CallerIDNum')),
    name: known(m.get('CallerIDName')),
    dialled: dialledExten(m.get('Exten')),
    did: variable(m, 'DID'),
  }
}

const DOWN = '0'
const RINGING = '5'
const UP = '6'

function newState(m: AmiMessage): EventBody[] {
  const state = m.get('ChannelState')
  if (state === RINGING) return [{ type: 'leg.ringing', ...legOf(m) }]
  return state === UP ? [{ type: 'leg.answered', ...legOf(m) }] : []
}

// The dial plan and AgentCalled both tell of an offer; the phone's own leg counts, so DialBegin alone is enough.
function offered(m: AmiMessage): EventBody[] {
  return [
    {
      type: 'leg.offered',
      ...legOf(m, 'Dest'),
      from: known(m.get('Uniqueid')),
      fromNumber: known(m.get('CallerIDNum')),
      number: numberDialled(m.get('DialString') || m.get('Interface')),
      shown: known(m.get('DestCallerIDNum')),
      queue: m.get('Queue'),
    },
  ]
}

function offerEnded(m: AmiMessage): EventBody[] {
  const from = known(m.get('Uniqueid'))
  return [{ type: 'leg.offer-ended', ...legOf(m, 'Dest'), from, status: m.get('DialStatus') }]
}

function userEvent(m: AmiMessage): EventBody[] {
  return m.get('UserEvent') === 'CallbackRequested' ? [{ type: 'callback.requested', ...legOf(m) }] : []
}

function originateResponse(m: AmiMessage): EventBody[] {
  const ok = m.get('Response') === 'Success'
  const [requestId, reason] = [m.get('ActionID'), Number(m.get('Reason'))]
  return [{ type: 'request.result', ...legOf(m), requestId, ok, reason, number: dialledExten(m.get('Exten')) }]
}

function paired(m: AmiMessage): EventBody[] {
  return [{ type: 'legs.paired', ...legOf(m, 'LocalOne'), other: m.get('LocalTwoUniqueid') }]
}

function transfer(m: AmiMessage, kind: 'blind' | 'attended', transferer: string, to: string): EventBody[] {
  if (m.get('Result') !== 'Success') return []
  const roles = [transferer, 'SecondTransferer', 'Transferee', 'TransferTarget'].map((role) => legOf(m, role))
  const [by, second, transferee, target] = roles as [Role, Role, Role, Role]
  const calls = [...new Set(roles.map((each) => each.call).filter((key) => key !== ''))]
  const legs = { second: second.leg, transferee: transferee.leg, target: target.leg }
  return [{ type: 'transfer.completed', kind, ...by, to, ...legs, calls }]
}

type Role = { leg: string; call: string }

function blindTransfer(m: AmiMessage): EventBody[] {
  return transfer(m, 'blind', 'Transferer', m.get('Extension'))
}

function attendedTransfer(m: AmiMessage): EventBody[] {
  return transfer(m, 'attended', 'OrigTransferer', '')
}

const CALL_EVENTS: Record<string, (m: AmiMessage) => EventBody[]> = {
  Newchannel: (m) => [{ type: 'leg.created', ...legOf(m), ...legFacts(m, m.get('ChannelState') === DOWN) }],
  Newstate: newState,
  AgentCalled: offered,
  DialBegin: offered,
  DialEnd: offerEnded,
  AgentRingNoAnswer: (m) => [{ type: 'leg.unanswered', ...legOf(m, 'Dest') }],
  Hold: (m) => [{ type: 'leg.held', ...legOf(m) }],
  Unhold: (m) => [{ type: 'leg.resumed', ...legOf(m) }],
  HangupRequest: (m) => [{ type: 'leg.hangup-asked', ...legOf(m), cause: Number(m.get('Cause')) }],
  Hangup: (m) => [{ type: 'leg.ended', ...legOf(m), cause: Number(m.get('Cause')) }],
  BridgeEnter: (m) => [{ type: 'legs.joined', ...legOf(m), bridge: m.get('BridgeUniqueid') }],
  BridgeLeave: (m) => [{ type: 'legs.left', ...legOf(m), bridge: m.get('BridgeUniqueid') }],
  LocalBridge: paired,
  BlindTransfer: blindTransfer,
  AttendedTransfer: attendedTransfer,
  QueueCallerJoin: (m) => [{ type: 'queue.joined', ...legOf(m), queue: m.get('Queue') }],
  QueueCallerLeave: (m) => [{ type: 'queue.left', ...legOf(m), queue: m.get('Queue') }],
  QueueCallerAbandon: (m) => [{ type: 'queue.abandoned', ...legOf(m), queue: m.get('Queue') }],
  UserEvent: userEvent,
  OriginateResponse: originateResponse,
}

function pbxBodies(name: string, m: AmiMessage): EventBody[] {
  const state = AGENT_STATES[name]?.(m)
  if (state !== undefined) return [{ type: 'agent.state', ...member(m), state, reason: m.get('PausedReason') }]
  if (name === 'DeviceStateChange') return [{ type: 'device.state', device: m.get('Device'), state: m.get('State') }]
  if (name === 'FullyBooted' && m.get('Uptime') !== '')
    return [{ type: 'pbx.booted', uptimeMs: Number(m.get('Uptime')) * 1000 }]
  return name === 'Shutdown' ? [{ type: 'pbx.stopping' }] : []
}

const AGENT_STATES: Record<string, (m: AmiMessage) => 'ready' | 'paused' | 'joined' | 'left'> = {
  QueueMemberPause: (m) => (m.get('Paused') === '1' ? 'paused' : 'ready'),
  QueueMemberAdded: () => 'joined',
  QueueMemberRemoved: () => 'left',
}

// A Local member is named by the phone whose state it follows: hint:1001@hints.
function member(m: AmiMessage): { queue: string; extension: string } {
  const phone = m.get('StateInterface').replace(/^hint:/, 'hint/') || m.get('Interface')
  return { queue: m.get('Queue'), extension: numberDialled(phone) || endpointOf(phone) }
}
