import { spawn, type ChildProcess } from 'node:child_process'
import { expect, test } from '@jest/globals'
import { until } from '@vitrylo/testkit'
import { keepRunning } from '../src/keep-running.ts'

test('what was killed often is started again each time, never later than after two seconds', async () => {
  const launched: ChildProcess[] = []
  const reasons: string[] = []
  const waits: number[] = []
  const kept = await keepRunning({
    launch: async () => {
      const child = spawn('sleep', ['600'])
      launched.push(child)
      return child
    },
    stopSignal: 'SIGTERM',
    forceSignal: 'SIGKILL',
    patienceMs: 1_000,
    onDeath: (reason) => reasons.push(reason),
    wait: async (ms) => void waits.push(ms),
  })
  for (let kills = 1; kills <= 8; kills++) {
    launched.at(-1)!.kill('SIGKILL')
    await until(() => launched.length === kills + 1)
  }
  await kept.stop()
  expect(reasons).toEqual(Array(8).fill('SIGKILL'))
  expect(waits).toEqual([100, 200, 400, 800, 1_600, 2_000, 2_000, 2_000])
})
