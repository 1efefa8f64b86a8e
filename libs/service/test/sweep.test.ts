// Seen failing: three rounds at once with a timer that begins each, and a stop that came back while one went on.
import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from '@jest/globals'
import { until } from '@vitrylo/testkit'
import { startSweep } from '../src/index.ts'

const log = { warn() {} } as never

test('a sweep that takes longer than its pause runs once at a time, goes on after a failure, and the stop waits for its end', async () => {
  let [running, most, rounds] = [0, 0, 0]
  let ended = false
  const stop = await startSweep({
    name: 'slow', everyMs: 10,
    async each(ending) {
      most = Math.max(most, ++running)
      rounds++
      await delay(60)
      running--
      ended = ending!.aborted
      if (rounds === 1) throw new Error('the first one fails')
    },
  }, log)
  await until(() => rounds >= 3 && running > 0)
  await stop()
  expect([running, most, ended]).toEqual([0, 1, true])
  const done = rounds
  await delay(50)
  expect(rounds).toBe(done)
})
