import { within } from '@vitrylo/events'
import type { Logger } from 'pino'

export type Verdict = {
  ready: boolean
  /** Why not. */
  reasons: string[]
  /** What is wrong but keeps nothing from being served. */
  notes: string[]
}

type Look = () => Promise<string | undefined> | string | undefined

/** Whether this process should be sent work, and why not. */
export type Readiness = {
  /** What the start is waiting for just now. */
  waitFor(reason: string): void
  /** The start is over. */
  started(): void
  /** Without it nothing can be served: says what is wrong, undefined when nothing is. */
  need(look: Look): void
  /** Without it some things go on: shown beside, takes nobody out of rotation. */
  note(look: Look): void
  /** New work belongs elsewhere from now on. */
  drain(): void
  look(): Promise<Verdict>
}

const PATIENCE_MS = 2_000

export function createReadiness(log: Logger): Readiness {
  const needs: Look[] = []
  const notes: Look[] = []
  let waiting: string | undefined = 'the process is starting'
  let draining = false
  return {
    waitFor(reason) {
      if (reason !== waiting) log.info({ reason }, 'waiting')
      waiting = reason
    },
    started: () => void (waiting = undefined),
    need: (look) => void needs.push(look),
    note: (look) => void notes.push(look),
    drain: () => void (draining = true),
    async look() {
      if (draining) return { ready: false, reasons: ['the process is ending'], notes: [] }
      if (waiting !== undefined) return { ready: false, reasons: [waiting], notes: [] }
      const reasons = await answers(needs)
      return { ready: reasons.length === 0, reasons, notes: await answers(notes) }
    },
  }
}

async function answers(looks: readonly Look[]): Promise<string[]> {
  const answer = (look: Look) => Promise.resolve().then(look).catch(() => 'a check failed')
  const found = await Promise.all(looks.map((look) => within(PATIENCE_MS, answer(look), () => 'a check did not end in time')))
  return found.filter((answer) => answer !== undefined)
}
