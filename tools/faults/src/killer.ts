import { setTimeout as delay } from 'node:timers/promises'
import type { Random } from '../../demo/src/random.ts'
import { victimsBelow, type Victim, type VictimKind } from './victims.ts'

export type Kill = Victim & { at: number }
export type KillerOptions = { launcher: number; random: Random; kills: number; pauseMs: readonly [number, number]; log(line: string): void }

// Every kind in turn first, so that a short run meets all of them; then by chance, parts most often.
const FIRST: readonly VictimKind[] = ['part', 'postmaster', 'part', 'backend']
const LATER: readonly VictimKind[] = ['part', 'part', 'part', 'backend', 'postmaster']

/** kill -9 at random moments, whatever still recovers from the last one. */
export async function killAround({ launcher, random, kills, pauseMs, log }: KillerOptions): Promise<Kill[]> {
  const done: Kill[] = []
  while (done.length < kills) {
    await delay(random.int(...pauseMs))
    const kind = FIRST[done.length] ?? random.pick(LATER)
    const candidates = victimsBelow(launcher).filter((victim) => victim.kind === kind)
    if (candidates.length === 0) continue // all of them are down at the moment
    const victim = random.pick(candidates)
    try {
      process.kill(victim.pid, 'SIGKILL')
    } catch {
      continue // it ended by itself
    }
    done.push({ ...victim, at: performance.now() })
    log(`killed ${victim.kind} ${victim.name} (${victim.pid})`)
  }
  return done
}
