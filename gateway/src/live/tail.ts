import { connectClient, type Pool } from '@vitrylo/pg'
import type { Logger } from 'pino'
import { CHANNEL, liveEventsAfter, liveSpan, PAGE, type LiveEvent } from './live-event-sql.ts'

export type Tail = {
  /** Everything up to here has been handed out. */
  position(): number
  stop(): Promise<void>
}

type Options = {
  pool: Pool
  url: string
  log: Logger
  /** While nobody reads, only the position moves on. */
  hasReaders(): boolean
  onEvents(events: LiveEvent[]): void
}

const POLL_MS = 250
const RECONNECT_MS = 1_000

/** Follows the table of live events: a notification is the hint, the poll finds what a lost connection missed. */
export async function startTail({ pool, url, log, hasReaders, onEvents }: Options): Promise<Tail> {
  let { last: position } = await liveSpan(pool)
  let stopped = false
  let reading: Promise<void> | undefined
  let again = false

  async function readAll(): Promise<void> {
    do {
      again = false
      if (!hasReaders()) {
        const { last } = await liveSpan(pool)
        // A reader that came meanwhile began at the old position.
        if (!hasReaders()) position = Math.max(position, last)
        continue
      }
      const events = await liveEventsAfter(pool, position)
      if (events.length > 0) {
        position = events.at(-1)!.seq
        onEvents(events)
      }
      again ||= events.length === PAGE
    } while (again && !stopped)
  }

  function wake(): void {
    if (stopped) return
    again = true
    reading ??= readAll()
      .catch((err: unknown) => log.warn({ err }, 'live events cannot be read, will try again'))
      .finally(() => (reading = undefined))
  }

  const poll = setInterval(wake, POLL_MS)
  const listener = startListener(url, log, wake)
  return {
    position: () => position,
    async stop() {
      stopped = true
      clearInterval(poll)
      await listener.stop()
      await reading
    },
  }
}

/** A connection that hears notifications, made anew when it is lost. */
function startListener(url: string, log: Logger, onNotice: () => void): { stop(): Promise<void> } {
  let stopped = false
  let client: Awaited<ReturnType<typeof connectClient>> | undefined
  let timer: NodeJS.Timeout | undefined
  let connecting: Promise<void> = Promise.resolve()

  async function connect(): Promise<void> {
    try {
      const fresh = await connectClient(url, 'gateway listener')
      if (stopped) {
        await fresh.end()
        return
      }
      client = fresh
      fresh.on('notification', onNotice)
      fresh.on('end', retry)
      await fresh.query(`listen ${CHANNEL}`)
      onNotice()
    } catch (err) {
      log.warn({ err }, 'no notifications of live events, polling goes on')
      await client?.end().catch(() => {})
      retry()
    }
  }

  function retry(): void {
    client = undefined
    if (stopped || timer !== undefined) return
    timer = setTimeout(() => {
      timer = undefined
      connecting = connect()
    }, RECONNECT_MS)
    timer.unref()
  }

  connecting = connect()
  return {
    async stop() {
      stopped = true
      clearTimeout(timer)
      await connecting
      await client?.end().catch(() => {})
    },
  }
}
