import { expect, test } from '@jest/globals'
import { AmiValueError, encodeAction } from '../src/asterisk/ami-message.ts'
import { AmiProtocolError, createAmiParser } from '../src/asterisk/ami-parser.ts'
import { decode } from '../src/asterisk/decode.ts'
import { decodeSnapshot } from '../src/asterisk/snapshot.ts'
import { capture } from './capture-files.ts'

const GREETING = 'Asterisk Call Manager/11.0.0\r\n'
const context = { pbxId: 'pbx1', receivedAt: 0, clockOffsetMs: 0, connection: 1, seq: 1 }

test('bytes split anywhere, inside a letter too, give the same messages', () => {
  const text = `${GREETING}Event: Newchannel\r\nCallerIDName: Олена Ґудзь\r\nUniqueid: 1\r\n\r\nEvent: Hangup\r\nUniqueid: 1\r\n\r\n`
  const bytes = Buffer.from(text)
  const whole = createAmiParser().push(bytes)
  expect(whole.map((m) => m.get('CallerIDName'))).toEqual(['Олена Ґудзь', ''])
  for (let cut = 1; cut < bytes.length; cut++) {
    const parser = createAmiParser()
    const messages = [...parser.push(bytes.subarray(0, cut)), ...parser.push(bytes.subarray(cut))]
    expect(messages.map((m) => m.headers)).toEqual(whole.map((m) => m.headers))
  }
})

test('a recorded connection byte by byte gives the same messages as at once', () => {
  const bytes = capture('callback-requested').connections[0] ?? Buffer.alloc(0)
  const parser = createAmiParser()
  const messages = Array.from(bytes, (_, at) => parser.push(bytes.subarray(at, at + 1))).flat()
  expect(messages.map((m) => m.headers)).toEqual(
    createAmiParser()
      .push(bytes)
      .map((m) => m.headers),
  )
})

test('15: repeated headers are all kept, and the first is the PBX’s own', () => {
  const [message] = createAmiParser().push(
    Buffer.from(
      `${GREETING}Event: UserEvent\r\nUniqueid: 1\r\nChanVariable: A=1\r\nChanVariable: DID=5\r\nUniqueid: 2\r\n\r\n`,
    ),
  )
  expect(message?.all('chanvariable')).toEqual(['A=1', 'DID=5'])
  expect(message?.get('Uniqueid')).toBe('1')
})

test('a message may be long, but not without limit, and the peer must be a manager', () => {
  const long = (size: number) => Buffer.from(`${GREETING}Event: UserEvent\r\nText: ${'x'.repeat(size)}\r\n\r\n`)
  expect(createAmiParser().push(long(100_000))[0]?.get('Text')).toHaveLength(100_000)
  expect(() => createAmiParser().push(long(1024 * 1024))).toThrow(AmiProtocolError)
  expect(() => createAmiParser().push(Buffer.alloc(1024 * 1024 + 1, 'y'))).toThrow(AmiProtocolError)
  expect(() => createAmiParser().push(Buffer.from('HTTP/1.1 400 Bad Request\r\n'))).toThrow('not an Asterisk manager')
})

test.each(['+4420\r\nAction: Command', '+4420\nX: 1', '+4420\u0000'])(
  'a line break in a value is refused: %j',
  (value) => {
    expect(() => encodeAction({ Action: 'Originate', CallerID: value })).toThrow(AmiValueError)
    expect(() => encodeAction({ Action: 'Originate', Variable: ['A=1', `B=${value}`] })).toThrow(AmiValueError)
    expect(() => encodeAction({ [value]: 'x' })).toThrow(AmiValueError)
  },
)

test('a list of values is a header repeated', () => {
  expect(encodeAction({ Action: 'Originate', Variable: ['A=1', 'B=2'] })).toBe(
    'Action: Originate\r\nVariable: A=1\r\nVariable: B=2\r\n\r\n',
  )
})

test('an event read on two connections has one id; two events alike without a Timestamp have two', () => {
  const parse = (text: string) =>
    createAmiParser()
      .push(Buffer.from(`${GREETING}${text}\r\n\r\n`))
      .flatMap((m) => m)
  const [stamped] = parse('Event: Hold\r\nTimestamp: 1795227887.922099\r\nUniqueid: 1\r\nLinkedid: 1')
  const [bare] = parse('Event: Hold\r\nUniqueid: 1\r\nLinkedid: 1')
  if (stamped === undefined || bare === undefined) throw new Error('not parsed')
  const id = (message: typeof bare, seq: number, connection: number) =>
    decode(message, { ...context, seq, connection })[0]?.eventId
  expect(id(stamped, 1, 1)).toBe(id(stamped, 9, 2))
  expect(id(bare, 1, 1)).not.toBe(id(bare, 2, 1))
  expect(decode(bare, { ...context, receivedAt: 5_000, clockOffsetMs: 90_000, seq: 7 })[0]?.at).toBe(95_000.007)
})

test('unknown events and headers are passed over', () => {
  const [message] = createAmiParser().push(
    Buffer.from(`${GREETING}Event: SomethingNew\r\nUniqueid: 1\r\nOdd header\r\n\r\n`),
  )
  expect(message === undefined ? [] : decode(message, context)).toEqual([])
})

test('agents’ states are told of the extension, behind a Local member too', () => {
  const pause =
    'Event: QueueMemberPause\r\nQueue: front\r\nInterface: Local/1001@from-queue/n\r\nStateInterface: hint:1001@hints'
  const [message] = createAmiParser().push(
    Buffer.from(`${GREETING}${pause}\r\nPaused: 1\r\nPausedReason: lunch\r\n\r\n`),
  )
  expect(message === undefined ? [] : decode(message, context)).toMatchObject([
    { type: 'agent.state', queue: 'front', extension: '1001', state: 'paused', reason: 'lunch' },
  ])
})

test('the start of a leg found in a snapshot is told from its age and its key, both in whole seconds', () => {
  const entry = 'Event: CoreShowChannel\r\nChannel: PJSIP/trunk-1\r\nChannelState: 6\r\nDuration: 00:00:04'
  const keys = 'Uniqueid: pbx1-1795228042.105\r\nLinkedid: pbx1-1795228042.105'
  const channels = createAmiParser().push(Buffer.from(`${GREETING}${entry}\r\n${keys}\r\n\r\n`))
  const snapshot = { at: 1_795_228_046_700, lostAt: undefined, channels, queues: [], devices: [] }
  expect(decodeSnapshot('pbx1', snapshot, 0)[0]).toMatchObject({ type: 'leg.listed', since: 1_795_228_042_350 })
})
