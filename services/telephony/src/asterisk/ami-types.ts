import type { AmiAddress } from './ami-connection.ts'
import type { AmiAction, AmiMessage } from './ami-message.ts'

/** `connecting` only until the first outcome; `since` is when this state began. */
export type LinkState = { state: 'connecting' | 'up' | 'down' | 'refused'; since: number; lastError: string }

/** What the PBX knew at one moment, asked for after each login. Times are by the PBX's clock. */
export type AmiSnapshot = {
  /** When it was asked for: what happened after that is in the events. */
  at: number
  /** When the link was lost; undefined at the first connection. */
  lostAt: number | undefined
  channels: AmiMessage[]
  queues: AmiMessage[]
  devices: AmiMessage[]
}

/** In the order in which they happened on the connection. Times of `gap` are by our clock. */
export type AmiItem =
  | { kind: 'event'; message: AmiMessage; receivedAt: number; clockOffsetMs: number; connection: number; seq: number }
  | { kind: 'snapshot'; snapshot: AmiSnapshot; receivedAt: number }
  | { kind: 'gap'; from: number; to: number }

export type AmiTiming = {
  deadlineMs: number
  pingEveryMs: number
  retryFirstMs: number
  retryLastMs: number
  /** A refused login is not repeated soon: a PBX behind fail2ban would shut us out for good. */
  retryRefusedMs: number
}

export const AMI_TIMING: AmiTiming = {
  deadlineMs: 5_000,
  pingEveryMs: 5_000,
  retryFirstMs: 200,
  retryLastMs: 5_000,
  retryRefusedMs: 30_000,
}

export type AmiClientOptions = AmiAddress & {
  username: string
  secret: string
  /** Gets the items in order, one batch at a time; a batch whose promise rejects is given again until it is taken. */
  onItems(items: AmiItem[]): Promise<void> | void
  /** Why a batch was not taken. */
  onError(error: unknown): void
  onState?: (state: LinkState) => void
  timing?: Partial<AmiTiming>
  now?: () => number
  random?: () => number
}

/** `queued`: items received and not yet taken. `clockOffsetMs`: the PBX's clock less ours. */
export type AmiStats = { events: number; bytes: number; queued: number; connections: number; clockOffsetMs: number }

export type AmiClient = {
  state(): LinkState
  stats(): AmiStats
  action(action: AmiAction): Promise<AmiMessage>
  list(action: AmiAction): Promise<AmiMessage[]>
  /** Stops every timer and the connection; resolves when the running batch is done. */
  close(): Promise<void>
}
