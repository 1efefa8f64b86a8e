import { expect, test } from '@jest/globals'
import { bareError, withoutError } from '../src/log.ts'

test('of an error of PostgreSQL its code and place are logged, and no value of a row', () => {
  const error = Object.assign(new Error('duplicate key: Іван'), { severity: 'ERROR', code: '23505', detail: 'Key (mail)=(ivan@x.example)', table: 'channel', constraint: 'channel_mail' })
  const text = JSON.stringify(bareError(new Error('outer', { cause: error })))
  expect(text).toContain('"code":"23505"')
  expect(text).toContain('"constraint":"channel_mail"')
  expect(text).toContain('log.test.ts')
  expect(text).not.toMatch(/Іван|ivan/)
})

test('what a parser could not read is not logged', () => {
  let thrown: unknown
  try {
    JSON.parse('{"name": Іваненко}')
  } catch (error) {
    thrown = error
  }
  expect(String(thrown)).toContain('Іван')
  const text = JSON.stringify(bareError(thrown))
  expect(text).toContain('SyntaxError')
  expect(text).not.toContain('Іван')
})

test('an error of ours keeps its sentence', () => {
  expect(bareError(new TypeError('x is no function'))).toMatchObject({ type: 'TypeError', message: 'x is no function' })
})

test('the message of a failed job is logged without the text of its error', () => {
  expect(withoutError("Failed task 7 (import, 3.1ms, attempt 1 of 25) with error 'invalid input: \"Іван\"'")).toBe('Failed task 7 (import, 3.1ms, attempt 1 of 25)')
  expect(withoutError('Error occurred fetching jobs; will try again. Error: Іван')).toBe('Error occurred fetching jobs; will try again. Error')
})
