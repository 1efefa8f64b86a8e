import { spawn, type ChildProcess } from 'node:child_process'
import { expect, test } from '@jest/globals'
import { until } from '@vitrylo/testkit'
import { keepRunning } from '../src/keep-running.ts'

test('what was killed often is never away for longer than two seconds and its own start', async () => {
  const launched: ChildProcess[] = []
  const away: number[] = []
  let died = 0
  const kept = await keepRunning({
    launch: async () => {
      if (died > 0) away.push(performance.now() - died)
      const child = spawn('sleep', ['600'])
      launched.push(child)
      return child
    },
    stopSignal: 'SIGTERM',
    forceSignal: 'SIGKILL',
    patienceMs: 1_000,
    onDeath: () => (died = performance.now()),
  })
  for (let kills = 1; kills <= 8; kills++) {
    launched.at(-1)!.kill('SIGKILL')
    await until(() => launched.length === kills + 1, { timeoutMs: 15_000 })
  }
  await kept.stop()
  expect(Math.max(...away)).toBeLessThan(3_000)
  expect(away[0]).toBeLessThan(1_000)
}, 60_000)
