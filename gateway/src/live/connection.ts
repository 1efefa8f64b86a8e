import type { ServerResponse } from 'node:http'
import type { Caller } from '@vitrylo/auth'
import type { LiveEvent } from './live-event-sql.ts'
import { isShownTo } from './visibility.ts'

const HEARTBEAT_MS = 15_000
// A reader that is this far behind is gone or asleep; it comes back with Last-Event-ID.
const MAX_WAITING_BYTES = 1_048_576

export type Connection = {
  /** Everything up to here was looked at. */
  position: number
  /** Who reads; asked anew every 2 s, so that a lost right silences the stream. */
  caller: Caller
  write(text: string): void
  /** Sends what the reader may see of these, in order; what is behind the position was sent before. */
  send(events: readonly LiveEvent[]): void
  isOpen(): boolean
  close(): void
}

/** One browser's stream. */
export function createConnection(response: ServerResponse, caller: Caller, position: number, onClose: () => void): Connection {
  let open = true
  const heartbeat = setInterval(() => connection.write(': still here\n\n'), HEARTBEAT_MS)
  const finish = () => {
    if (!open) return
    open = false
    clearInterval(heartbeat)
    onClose()
  }
  response.once('close', finish)
  response.once('error', finish)
  const connection: Connection = {
    position,
    caller,
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
        if (isShownTo(connection.caller, event)) text += frameOf(event)
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

// The payload is JSON without line breaks, made when the event came in.
function frameOf({ seq, type, payload }: LiveEvent): string {
  return `id: ${seq}\nevent: ${type}\ndata: ${payload}\n\n`
}
