import { expect, test } from '@jest/globals'
import { canMount, runFullDisk } from '../src/full-disk.ts'

// A disk of a chosen size needs the right to mount one; elsewhere the test is named as skipped.
const whereMountable = canMount() ? test : test.skip

whereMountable('a full disk is answered with 503 and its reason, and all goes on by itself once there is room', async () => {
  const lines: string[] = []
  const seed = Date.now() % 1_000_000
  const report = await runFullDisk({ megabytes: 400, fullSeconds: 16, lanes: 8, seed, log: (line) => lines.push(line) })
  const told = lines.join('\n')
  expect({ told, faults: report.faults }).toEqual({ told, faults: [] })
  expect(report.refusals['503 STORE_FULL']).toBeGreaterThan(0)
  const others = Object.keys(report.refusals).filter((refusal) => !/^(503 |504 DEADLINE_EXCEEDED|400 |429 )/.test(refusal))
  expect({ told, others }).toEqual({ told, others: [] })
  expect(report.acknowledged).toBeGreaterThanOrEqual(200)
  expect({ told, late: report.readySeconds > Math.max(10, report.startSeconds) }).toEqual({ told, late: false })
})
