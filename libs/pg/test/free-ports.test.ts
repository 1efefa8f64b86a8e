import { expect, test } from '@jest/globals'
import { freePorts } from '../src/free-ports.ts'

test('free ports are all different, and none is one that a system gives to an outgoing connection', async () => {
  const ports = await freePorts(50)
  expect(new Set(ports).size).toBe(50)
  expect(Math.max(...ports)).toBeLessThan(32_768)
})
