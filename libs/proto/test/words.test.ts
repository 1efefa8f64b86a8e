import { expect, test } from '@jest/globals'
import { fromWord, wordOf } from '../words.ts'

const CallState = {
  UNSPECIFIED: 'CALL_STATE_UNSPECIFIED',
  IN_PROGRESS: 'CALL_STATE_IN_PROGRESS',
  UNRECOGNIZED: 'UNRECOGNIZED',
} as const

test('a value becomes the lower-case word of REST and SQL, and back', () => {
  expect(wordOf(CallState, CallState.IN_PROGRESS)).toBe('in-progress')
  expect(fromWord(CallState, 'in-progress')).toBe(CallState.IN_PROGRESS)
  expect(fromWord(CallState, 'unspecified')).toBe(CallState.UNSPECIFIED)
})

test('an unknown word is refused with the known ones', () => {
  expect(() => fromWord(CallState, 'ringing')).toThrow('"ringing" is none of UNSPECIFIED, IN_PROGRESS')
})
