import { until } from './until.ts'

const CALLERS = 8
const MOST_FAILURES = 50

export type Load = {
  readonly done: number
  /** So many more calls have come to an end, one way or the other. */
  passed(more: number): Promise<void>
  stop(): Promise<{ done: number; failures: string[] }>
}

/** Eight callers without a pause, until it is stopped or too many calls failed. */
export function startLoad(ask: () => Promise<unknown>): Load {
  const failures: string[] = []
  let [done, going] = [0, true]
  const isOn = () => going && failures.length < MOST_FAILURES
  const callers = Array.from({ length: CALLERS }, async () => {
    while (isOn()) {
      await ask().catch((error: Error) => failures.push(error.message))
      done++
    }
  })
  return {
    get done() {
      return done
    },
    async passed(more) {
      const goal = done + more
      await until(() => done >= goal || !isOn())
    },
    async stop() {
      going = false
      await Promise.all(callers)
      return { done, failures }
    },
  }
}
