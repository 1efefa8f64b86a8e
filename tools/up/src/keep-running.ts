import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'

export type Kept = { stop(): Promise<void>; signal(signal: NodeJS.Signals): void }
export type KeepOptions = {
  /** Starts the program and resolves when it works. */
  launch(): Promise<ChildProcess>
  /** Asks it to end, and what ends it when it does not within `patienceMs`. */
  stopSignal: NodeJS.Signals
  forceSignal: NodeJS.Signals
  patienceMs: number
  onDeath(reason: string): void
  /** The clock between a death and the next start; broken off by the signal. */
  wait?(ms: number, signal: AbortSignal): Promise<void>
}

const CALM_MS = 30_000
// What dies at every start costs a try every two seconds; what was only killed often must not be away for longer.
const PAUSE_MS = { first: 100, longest: 2_000 }

const waitFor = (ms: number, signal: AbortSignal): Promise<void> => delay(ms, undefined, { signal }).catch(() => {})

/** A program that is started again whenever it dies by itself, ever more slowly while it keeps dying. */
export async function keepRunning({ launch, stopSignal, forceSignal, patienceMs, onDeath, wait = waitFor }: KeepOptions): Promise<Kept> {
  const stopping = new AbortController()
  let child = await launch()
  let began = Date.now()
  let pause = PAUSE_MS.first
  let healing = Promise.resolve()

  const watch = (): void =>
    void child.once('exit', (code, signal) => {
      if (stopping.signal.aborted) return
      onDeath(signal ?? `code ${code}`)
      healing = heal()
    })

  async function heal(): Promise<void> {
    if (Date.now() - began > CALM_MS) pause = PAUSE_MS.first
    while (!stopping.signal.aborted) {
      await wait(pause, stopping.signal)
      pause = Math.min(PAUSE_MS.longest, pause * 2)
      if (stopping.signal.aborted) return
      const next = await launch().catch(() => undefined)
      if (!next) continue
      child = next
      began = Date.now()
      return watch()
    }
  }

  watch()
  return {
    signal: (signal) => void child.kill(signal),
    async stop() {
      stopping.abort()
      await healing
      if (child.exitCode !== null || child.signalCode !== null) return
      const ended = once(child, 'exit')
      child.kill(stopSignal)
      const slow = setTimeout(() => child.kill(forceSignal), patienceMs)
      await ended
      clearTimeout(slow)
    },
  }
}
