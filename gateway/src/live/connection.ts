import type { ServerResponse } from 'node:http'
import type { Caller } from '@vitrylo/auth'
import type { FrameOf } from './frames.ts'
import { RESYNC, type LiveEvent } from './live-event-sql.ts'
import { isShownTo } from './visibility.ts'

const TICK_MS = 5_000
const HEARTBEAT_TICKS = 3
// No list on a screen follows more. What is left out (a bulk import) ends in one `resync`; calls to a person never are.
const SHOWN_PER_TICK = 1_000
// A reader that is this far behind is gone or asleep; it comes back with Last-Event-ID.
const MAX_WAITING_BYTES = 1_048_576

export type Connection = {
  /** Everything up to here was looked at. */
  position: number
  /** Who reads; asked anew at every review, so that a lost right silences the stream. */
  caller: Caller
  /** What the reader's rights are made of. */
  standing: string
  /** How many more reviews tell the reader to read anew. */
  resyncs: number
  write(text: string): void
  /** Sends what the reader may see of these, in order; what is behind the position was sent before. */
  send(events: readonly LiveEvent[]): void
  isOpen(): boolean
  close(): void
}

type Reader = { caller: Caller; standing: string; resyncs: number; position: number; frameOf: FrameOf; onClose(): void }

/** One browser's stream. */
export function createConnection(response: ServerResponse, { caller, standing, resyncs, position, frameOf, onClose }: Reader): Connection {
  let open = true
  let ticks = 0
  let shown = 0
  let leftOut = false
  const tick = setInterval(() => {
    ticks++
    shown = 0
    if (leftOut) connection.write(resyncFrame(connection.position))
    else if (ticks % HEARTBEAT_TICKS === 0) connection.write(': still here\n\n')
    leftOut = false
  }, TICK_MS)
  const finish = () => {
    if (!open) return
    open = false
    clearInterval(tick)
    onClose()
  }
  const isTooMuch = ({ recipients }: LiveEvent): boolean => recipients === null && ++shown > SHOWN_PER_TICK
  response.once('close', finish)
  response.once('error', finish)
  const connection: Connection = {
    position,
    caller,
    standing,
    resyncs,
    write(text) {
      if (!open) return
      response.write(text)
      if (response.writableLength > MAX_WAITING_BYTES) response.destroy()
    },
    send(events) {
      let text = ''
      for (const event of events) {
        if (event.seq <= connection.position) continue
        connection.position = event.seq
        if (event.type === RESYNC) {
          leftOut = true
          continue
        }
        if (!isShownTo(connection.caller, event)) continue
        if (isTooMuch(event)) leftOut = true
        else text += frameOf(event, connection.caller.limits())
      }
      if (text !== '') connection.write(text)
    },
    isOpen: () => open,
    close() {
      response.end()
      finish()
    },
  }
  return connection
}

/** Tells a reader that events are missing: what is on the screen must be read again. */
export function resyncFrame(position: number): string {
  return `id: ${position}\nevent: resync\ndata: {}\n\n`
}
