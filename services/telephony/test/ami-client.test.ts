import { afterEach, expect, test } from '@jest/globals'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { until } from '@vitrylo/testkit'
import { startPbxSimulator } from '../../../tools/pbx-simulator/index.ts'
import type { PbxSimulator, SimulatorOptions } from '../../../tools/pbx-simulator/index.ts'
import { createAmiClient } from '../src/asterisk/ami-client.ts'
import type { AmiClient, AmiClientOptions, AmiItem, AmiTiming, LinkState } from '../src/asterisk/ami-types.ts'
import { decodeItems } from '../src/asterisk/decode-items.ts'
import type { Call } from '../src/call/model.ts'
import { createCallTracker } from '../src/call/tracker.ts'
import { CONFIG } from './capture-files.ts'
import { hasOpenssl, makeCertificates } from './certificates.ts'

const LOGIN = { username: 'vitrylo', secret: 'test-only' }
const FAST: AmiTiming = {
  deadlineMs: 1_500,
  pingEveryMs: 50,
  retryFirstMs: 10,
  retryLastMs: 40,
  retryRefusedMs: 10_000,
}
const CALL = {
  callerNumber: '+380442345678',
  callerName: 'Олена',
  extension: '1002',
  line: '5550199',
  queue: 'front',
  ringSeconds: 0.1,
  talkSeconds: 0.2,
}

const open: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close()
})

async function pbx(options: Partial<SimulatorOptions> = {}): Promise<PbxSimulator> {
  const started = await startPbxSimulator({ port: 0, host: '127.0.0.1', ...LOGIN, ...options })
  open.push(() => started.stop())
  return started
}

type Watched = { client: AmiClient; items: AmiItem[]; states: LinkState[] }

function watch(port: number, options: Partial<AmiClientOptions> = {}): Watched {
  const items: AmiItem[] = []
  const states: LinkState[] = []
  const client = createAmiClient({
    host: '127.0.0.1',
    port,
    ...LOGIN,
    timing: FAST,
    onItems: (batch) => void items.push(...batch),
    onError: () => undefined,
    onState: (state) => states.push(state),
    ...options,
  })
  open.push(() => client.close())
  return { client, items, states }
}

const isUp = ({ client }: Watched) => until(() => client.state().state === 'up')
const callsOf = (items: AmiItem[]): Call[] => {
  const tracker = createCallTracker(CONFIG)
  const calls = new Map<string, Call>()
  for (const { after } of tracker.apply(decodeItems(CONFIG.pbxId, items)).changed) calls.set(after.id, after)
  return [...calls.values()]
}

test('a call played by the PBX arrives as that call', async () => {
  const simulator = await pbx()
  const watched = watch(simulator.port)
  await isUp(watched)
  await simulator.play({ ...CALL, talkSeconds: 1 }).done
  const call = await until(() => callsOf(watched.items).find((each) => each.state === 'ended'))
  expect(call).toMatchObject({
    customerNumber: '+380442345678',
    customerName: 'Олена',
    line: '5550199',
    queues: ['front'],
    answeredBy: { extension: '1002', employeeId: 'employee-1002' },
    endedBy: 'caller',
    certainty: 'exact',
  })
  expect(Math.abs(call.talkSeconds - 1)).toBeLessThan(0.5)
  expect(watched.client.stats()).toMatchObject({ queued: 0, connections: 1 })
  expect(watched.client.stats().bytes).toBeGreaterThan(10_000)
})

test('bytes that come three at a time are read as well', async () => {
  const simulator = await pbx({ pieceBytes: 3 })
  const watched = watch(simulator.port)
  await isUp(watched)
  await simulator.play(CALL).done
  await until(() => callsOf(watched.items).some((call) => call.state === 'ended' && call.customerName === 'Олена'))
})

test('a test call is asked for by an Originate, and a line break in its number never reaches the PBX', async () => {
  const simulator = await pbx()
  const watched = watch(simulator.port)
  await isUp(watched)
  const originate = (number: string) =>
    watched.client.action({
      Action: 'Originate',
      Channel: 'Local/5550188@from-trunk',
      CallerID: `"Олена" <${number}>`,
      Variable: ['VITRYLO_EXTENSION=1003', 'VITRYLO_RING_SECONDS=0.1', 'VITRYLO_TALK_SECONDS=0.1'],
    })
  await expect(originate('+380442345678>\r\n\r\nAction: Logoff')).rejects.toThrow('must not contain CR, LF or NUL')
  expect((await originate('+380442345678')).get('Response')).toBe('Success')
  const call = await until(() => callsOf(watched.items).find((each) => each.state === 'ended'))
  expect(call).toMatchObject({ line: '5550188', answeredBy: { extension: '1003' }, customerName: 'Олена' })
})

test('an action that is refused is answered; a list that is refused rejects', async () => {
  const simulator = await pbx()
  const watched = watch(simulator.port)
  await isUp(watched)
  expect((await watched.client.action({ Action: 'Command' })).get('Response')).toBe('Error')
  await expect(watched.client.list({ Action: 'GetConfig' })).rejects.toThrow('Invalid/unknown command')
})

test('a wrong secret is a state with its reason, and is not tried again at once', async () => {
  const simulator = await pbx()
  const watched = watch(simulator.port, { secret: 'wrong' })
  await until(() => watched.client.state().state === 'refused')
  expect(watched.client.state()).toMatchObject({ state: 'refused', lastError: 'Authentication failed' })
  // As long as a call lasts: many times the pause after a connection lost.
  await simulator.play(CALL).done
  expect(watched.client.stats().connections).toBe(1)
  await expect(watched.client.action({ Action: 'Ping' })).rejects.toThrow('the PBX is not connected')
})

test('a connection lost in a call is a gap, and the call goes on after it', async () => {
  const simulator = await pbx()
  const watched = watch(simulator.port)
  await isUp(watched)
  const { done } = simulator.play({ ...CALL, talkSeconds: 1 })
  await until(() => callsOf(watched.items).some((call) => call.state === 'connected'))
  simulator.drop()
  await until(() => watched.items.some((item) => item.kind === 'gap'))
  await done
  const [call, ...more] = await until(() => {
    const calls = callsOf(watched.items)
    return calls.some((each) => each.state === 'ended') ? calls : undefined
  })
  expect(more).toEqual([])
  expect(call).toMatchObject({ disposition: 'answered', endedBy: 'caller', certainty: 'exact' })
  expect(Math.abs((call?.talkSeconds ?? 0) - 1)).toBeLessThan(0.5)
  const gap = watched.items.find((item) => item.kind === 'gap')
  expect(gap?.kind === 'gap' && gap.to >= gap.from).toBe(true)
  expect(watched.states.map((state) => state.state)).toEqual(['up', 'down', 'up'])
})

test('a PBX that hangs is noticed by its missing answer to a ping', async () => {
  const simulator = await pbx()
  const watched = watch(simulator.port, { timing: { ...FAST, deadlineMs: 150 } })
  await isUp(watched)
  simulator.hang(true)
  await until(() => watched.client.state().state === 'down')
  expect(watched.states.find((state) => state.state === 'down')?.lastError).toBe('no answer to Ping within 150 ms')
  simulator.hang(false)
  await isUp(watched)
  expect(watched.client.state().lastError).toBe('')
})

test('a PBX that is not there yet is connected to once it is', async () => {
  const simulator = await pbx()
  const { port } = simulator
  await simulator.stop()
  const watched = watch(port)
  await until(() => watched.client.state().state === 'down' && watched.client.stats().connections > 2)
  expect(watched.client.state().lastError).toContain('ECONNREFUSED')
  await pbx({ port })
  await isUp(watched)
})

test('14: while the taker is busy the connection is read on, and nothing is lost or out of order', async () => {
  const simulator = await pbx()
  const taken: AmiItem[] = []
  let go = (): void => undefined
  const busy = new Promise<void>((resolve) => (go = resolve))
  const watched = watch(simulator.port, {
    onItems: async (batch) => {
      await busy
      taken.push(...batch)
    },
  })
  await isUp(watched)
  const calls = Array.from({ length: 50 }, () => simulator.play({ ...CALL, ringSeconds: 0.01, talkSeconds: 0.01 }).done)
  await Promise.all(calls)
  await until(() => watched.client.stats().queued > 50 * 30)
  expect(taken).toEqual([])
  go()
  // The last bytes may still be on their way: sent is not received.
  const ended = () => callsOf(taken).filter((call) => call.state === 'ended').length
  await until(() => watched.client.stats().queued === 0 && ended() === 50)
  expect(ended()).toBe(50)
  const order = taken.flatMap((item) => (item.kind === 'event' ? [item.seq] : []))
  expect(order).toEqual(order.toSorted((a, b) => a - b))
})

test('a batch that could not be stored is given again, whole and in order', async () => {
  const simulator = await pbx()
  const errors: unknown[] = []
  const batches: AmiItem[][] = []
  const watched = watch(simulator.port, {
    onItems: (batch) => {
      batches.push(batch)
      if (batches.length === 1) throw new Error('the database is away')
    },
    onError: (error) => errors.push(error),
  })
  await isUp(watched)
  await until(() => batches.length > 1)
  expect(batches[1]?.slice(0, batches[0]?.length)).toEqual(batches[0])
  expect(errors).toHaveLength(1)
})

test('a client that is closed while connecting leaves nothing behind', async () => {
  const sockets: { destroyed: boolean }[] = []
  const mute = createServer((socket) => void sockets.push(socket.on('error', () => socket.destroy())))
  await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve))
  const watched = watch((mute.address() as AddressInfo).port)
  await until(() => sockets.length > 0)
  await watched.client.close()
  await new Promise((resolve) => mute.close(resolve))
  expect(watched.states).toEqual([])
})

test('a peer that never greets is given up after the deadline', async () => {
  const mute = createServer((socket) => void socket.on('error', () => socket.destroy()))
  await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve))
  open.push(() => new Promise((resolve) => mute.close(() => resolve())))
  const watched = watch((mute.address() as AddressInfo).port, { timing: { ...FAST, deadlineMs: 150 } })
  await until(() => watched.client.state().lastError === 'no greeting within the deadline')
})

test('TLS to a manager without TLS fails with a reason', async () => {
  const simulator = await pbx()
  const watched = watch(simulator.port, { tls: {} })
  await until(() => watched.client.state().state === 'down')
  expect(watched.client.state().lastError).not.toBe('')
})

// Certificates are made by openssl 3; elsewhere these are named as skipped.
const withOpenssl = hasOpenssl() ? test : test.skip

withOpenssl('calls come over TLS from an exchange whose authority is known, and from one whose own certificate is', async () => {
  const { authority, signed, own } = makeCertificates()
  for (const { certificate, ca } of [{ certificate: signed, ca: authority }, { certificate: own, ca: own.cert }]) {
    const simulator = await pbx({ tls: certificate, pieceBytes: 7 })
    const { client, items } = watch(simulator.port, { tls: { ca } })
    await until(() => client.state().state === 'up')
    await simulator.play(CALL).done
    await until(() => callsOf(items).some(({ state, customerNumber }) => state === 'ended' && customerNumber === CALL.callerNumber))
  }
})

withOpenssl('an exchange with a certificate of somebody else never hears user and secret', async () => {
  const { authority, signed, own } = makeCertificates()
  for (const { certificate, ca } of [{ certificate: own, ca: authority }, { certificate: signed, ca: undefined }, { certificate: signed, ca: own.cert }]) {
    const { client } = watch((await pbx({ tls: certificate })).port, { tls: { ca } })
    await until(() => client.state().state === 'down')
    expect(client.state().lastError).toMatch(/certificate|signature/)
    expect(client.stats().bytes).toBe(0)
  }
})
