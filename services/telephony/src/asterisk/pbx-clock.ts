export type PbxClock = {
  /** An event that the PBX dated `theirs`, heard at `ours`; `theirs` is 0 or NaN where it is not dated. */
  event(theirs: number, ours: number): void
  ping(theirs: number, sent: number, received: number): void
  /** The PBX's clock less ours. */
  offsetMs(): number
}

const AGREE_MS = 5_000

/**
 * Pings measure the offset to milliseconds. Where they are not dated, or contradict the dates of the events, the
 * events count: it is among them that a snapshot must find its place.
 */
export function createPbxClock(): PbxClock {
  let pinged: number | undefined
  let told: number | undefined
  return {
    event(theirs, ours) {
      if (theirs > 0) told = theirs - ours
    },
    ping(theirs, sent, received) {
      if (theirs > 0) pinged = theirs - (sent + received) / 2
    },
    offsetMs() {
      if (pinged === undefined) return told ?? 0
      return told === undefined || Math.abs(told - pinged) < AGREE_MS ? pinged : told
    },
  }
}
