import { AMI_TIMING } from './ami-types.ts'
import type { AmiClient, AmiClientOptions, AmiItem, LinkState } from './ami-types.ts'
import { openAmi } from './ami-connection.ts'
import type { AmiConnection } from './ami-connection.ts'
import type { AmiMessage } from './ami-message.ts'
import { createItemQueue } from './item-queue.ts'
import { createPbxClock } from './pbx-clock.ts'

// Slow growth: a PBX that starts again is back within seconds, and each second missed is calls missed.
const RETRY_GROWTH = 1.3

class LoginRefused extends Error {}

/** Keeps one connection to a manager: logs in, asks for a snapshot, pings, connects again. Starts at once. */
export function createAmiClient(options: AmiClientOptions): AmiClient {
  const timing = { ...AMI_TIMING, ...options.timing }
  const now = options.now ?? Date.now
  const random = options.random ?? Math.random
  const queue = createItemQueue<AmiItem>(options.onItems, options.onError)
  const counts = { events: 0, bytes: 0, connections: 0 }
  const stop = new AbortController()
  const clock = createPbxClock()
  let link: LinkState = { state: 'connecting', since: now(), lastError: '' }
  let connection: AmiConnection | undefined
  let timer: NodeJS.Timeout | undefined
  let retryMs = timing.retryFirstMs
  let lastHeard: number | undefined

  function setState(state: LinkState['state'], lastError: string) {
    if (stop.signal.aborted || (link.state === state && link.lastError === lastError)) return
    link = { state, since: link.state === state ? link.since : now(), lastError }
    options.onState?.(link)
  }

  function later(ms: number, run: () => Promise<void>) {
    clearTimeout(timer)
    if (!stop.signal.aborted) timer = setTimeout(run, ms).unref()
  }

  function onEvent(message: AmiMessage) {
    counts.events++
    const receivedAt = now()
    clock.event(Number(message.get('Timestamp')) * 1000, receivedAt)
    const { connections: connection, events: seq } = counts
    queue.push({ kind: 'event', message, receivedAt, clockOffsetMs: clock.offsetMs(), connection, seq })
  }

  function onBytes(count: number) {
    counts.bytes += count
    if (link.state === 'up') lastHeard = now()
  }

  async function connect() {
    counts.connections++
    let refused = false
    const onClose = (reason: string, byPeer: boolean) => {
      if (byPeer && link.state === 'up') lastHeard = now()
      connection = undefined
      setState(refused ? 'refused' : 'down', reason)
      later(refused ? timing.retryRefusedMs : nextRetry(), connect)
    }
    const opening = openAmi(options, timing.deadlineMs, { signal: stop.signal, onEvent, onBytes, onClose })
    connection = await opening.catch(() => undefined)
    if (connection === undefined) return
    const opened = connection
    try {
      await logIn(opened)
      await resync(opened)
      later(timing.pingEveryMs, ping)
    } catch (error) {
      refused = error instanceof LoginRefused
      opened.close((error as Error).message)
    }
  }

  function nextRetry(): number {
    const wait = retryMs * (0.75 + random() / 2)
    retryMs = Math.min(retryMs * RETRY_GROWTH, timing.retryLastMs)
    return wait
  }

  async function logIn(opened: AmiConnection) {
    const { username, secret } = options
    const answer = await opened.action({ Action: 'Login', Username: username, Secret: secret, Events: 'on' })
    if (answer.get('Response') !== 'Success') throw new LoginRefused(answer.get('Message') || 'the login was refused')
    if (lastHeard !== undefined) queue.push({ kind: 'gap', from: lastHeard, to: now() })
  }

  // Order matters: the ping measures the clock by which the lists are dated, and a PBX that hangs fails at it.
  async function resync(opened: AmiConnection) {
    await measureClock(opened)
    const askedAt = now()
    const [channels, queues, devices] = await Promise.all([
      opened.list({ Action: 'CoreShowChannels' }),
      // A manager's user may lack the class for these two; calls are right without them.
      opened.list({ Action: 'QueueStatus' }).catch(() => []),
      opened.list({ Action: 'DeviceStateList' }).catch(() => []),
    ])
    const lostAt = lastHeard === undefined ? undefined : lastHeard + clock.offsetMs()
    const snapshot = { at: askedAt + clock.offsetMs(), lostAt, channels, queues, devices }
    queue.push({ kind: 'snapshot', snapshot, receivedAt: askedAt })
    retryMs = timing.retryFirstMs
    lastHeard = now()
    setState('up', '')
  }

  async function measureClock(opened: AmiConnection) {
    const sent = now()
    const answer = await opened.action({ Action: 'Ping' })
    clock.ping(Number(answer.get('Timestamp')) * 1000, sent, now())
  }

  async function ping() {
    const current = connection
    if (current === undefined) return
    try {
      await measureClock(current)
      later(timing.pingEveryMs, ping)
    } catch (error) {
      current.close((error as Error).message)
    }
  }

  function current(): AmiConnection {
    if (connection === undefined || link.state !== 'up') throw new Error('the PBX is not connected')
    return connection
  }

  void connect()
  return {
    state: () => link,
    stats: () => ({ ...counts, queued: queue.size(), clockOffsetMs: clock.offsetMs() }),
    action: async (action) => current().action(action),
    list: async (action) => current().list(action),
    async close() {
      stop.abort()
      clearTimeout(timer)
      await queue.close()
    },
  }
}
