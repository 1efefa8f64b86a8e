import { spawn } from 'node:child_process'
import { expect, test } from '@jest/globals'
import { runFaults } from '../src/run-faults.ts'
import { compare } from '../src/verify.ts'
import { victimsBelow } from '../src/victims.ts'
import type { Ack } from '../src/writer.ts'

const onLinux = process.platform === 'linux' ? test : test.skip

onLinux('whatever is killed while people write: every acknowledged write is there once, every event was applied once', async () => {
  const lines: string[] = []
  const seed = Date.now() % 1_000_000
  const report = await runFaults({ seed, writes: 3_000, kills: 6, pauseMs: [1_500, 3_000], lanes: 8, singly: false, log: (line) => lines.push(line) })
  const told = lines.join('\n')
  expect({ told, faults: report.faults }).toEqual({ told, faults: [] })
  expect(report.kills.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['part', 'postmaster', 'backend']))
  expect(report.acknowledged).toBeGreaterThanOrEqual(3_000)
  // A busy machine takes longer for everything: its own start without faults is the measure then.
  expect({ told, late: report.readySeconds > Math.max(10, report.startSeconds) }).toEqual({ told, late: false })
}, 300_000)

const ack = (marker: string, id: string): Ack => ({ kind: 'counterparty', marker, id })

test('what is lost, doubled or never asked for is named', () => {
  const found = [{ id: '1', marker: 'a' }, { id: '2', marker: 'b' }, { id: '3', marker: 'b' }, { id: '4', marker: 'x' }, { id: '5', marker: 'given-up' }]
  expect(compare('counterparty', [ack('a', '1'), ack('b', '2'), ack('c', '9')], found, ['given-up'])).toEqual([
    'counterparty c (9) was acknowledged and is lost',
    'counterparty b is there 2 times',
    'counterparty x was never asked for',
  ])
})

onLinux('only what lies below the launcher can be a victim', () => {
  const child = spawn('sleep', ['30'])
  expect(victimsBelow(process.pid).filter(({ pid }) => pid === child.pid)).toEqual([])
  child.kill()
})
