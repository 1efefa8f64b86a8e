import { expect, test } from '@jest/globals'
import { createBody, makeRows, phoneOf } from '../src/data.ts'
import { cpuSecondsOf, memoryOf } from '../src/memory.ts'
import { atLeast, atMost, figure, table } from '../src/report.ts'
import { percentile } from '../src/statistics.ts'

test('a percentile is the nearest rank', () => {
  const sorted = Array.from({ length: 100 }, (_, n) => n + 1)
  expect([percentile(sorted, 50), percentile(sorted, 99), percentile(sorted, 100), percentile([7], 1)]).toEqual([50, 99, 100, 7])
  expect(percentile([], 50)).toBeNaN()
})

test('the table says what was met and what was missed', () => {
  const text = table([atLeast('create', 34.9, 35, ' %'), atMost('pop', 50, 50, ' ms'), figure('floor', 1234.5, '/s')])
  expect(text.split('\n').slice(2).map((line) => line.trim().split(/\s{2,}/))).toEqual([
    ['create', '>= 35 %', '34.9 %', 'MISSED'],
    ['pop', '<= 50 ms', '50.0 ms', 'ok'],
    ['floor', '1235/s'],
  ])
})

test('memory and processor time of this process are seen', () => {
  const { totalMiB, nodeMiB, processes } = memoryOf(process.pid)
  expect(nodeMiB).toBeGreaterThan(20)
  expect(totalMiB).toBeGreaterThanOrEqual(Math.floor(nodeMiB))
  expect(processes).toBeGreaterThanOrEqual(1)
  expect(cpuSecondsOf(process.pid)).toBeGreaterThan(0)
})

test('rows of the measurement have phones and codes of their own', () => {
  const rows = makeRows(500)
  expect(new Set(rows.map(({ displayName }) => displayName)).size).toBe(500)
  expect(new Set(rows.map(({ phone }) => phone)).size).toBe(500)
  expect(rows.filter(({ rare }) => rare !== undefined)).toHaveLength(10)
  expect(phoneOf(99_999)).toBe('+380672099999')
  expect(createBody(1).displayName).not.toBe(createBody(2).displayName)
})
