import { expect, test } from '@jest/globals'
import type { BusEvent } from '../src/index.ts'
import { Flood } from '../src/pg-bus/flood.ts'
import { range } from './world.ts'

const rowsOf = (first: number, last: number) => range(first, last).map((seq) => ({ seq, event: {} as BusEvent }))
const seqs = (rows: readonly { seq: number }[] | undefined) => rows === undefined ? undefined : [rows[0]!.seq, rows.at(-1)!.seq]

test('what one group has read the others take from their own place on', async () => {
  const flood = new Flood()
  expect(flood.isOn).toBe(false)
  await flood.share({ after: 10, rows: Promise.resolve(rowsOf(11, 510)) })
  expect(flood.isOn).toBe(true)
  expect(seqs(await flood.known(10))).toEqual([11, 510])
  expect(seqs(await flood.known(300))).toEqual([301, 510])
  // Seen failing without the look at where a read began: 1 to 10 were passed over.
  expect(await flood.known(9)).toBeUndefined()
  expect(await flood.known(510)).toBeUndefined()
  flood.forget()
  expect(await flood.known(10)).toBeUndefined()
})

test('a read under way is waited for; one that fails is left to the next, and little is not kept', async () => {
  const flood = new Flood()
  const { promise, resolve } = Promise.withResolvers<ReturnType<typeof rowsOf>>()
  const sharing = flood.share({ after: 0, rows: promise })
  const asked = flood.known(100)
  resolve(rowsOf(1, 500))
  expect([seqs(await sharing), seqs(await asked)]).toEqual([[1, 500], [101, 500]])
  const failing = flood.share({ after: 500, rows: Promise.reject(new Error('the server is away')) })
  expect(await flood.known(500)).toBeUndefined()
  await expect(failing).rejects.toThrow('the server is away')
  await flood.share({ after: 500, rows: Promise.resolve(rowsOf(501, 550)) })
  expect(await flood.known(500)).toBeUndefined()
})
