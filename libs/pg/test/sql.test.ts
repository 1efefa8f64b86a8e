import { expect, test } from '@jest/globals'
import { sql } from '../src/index.ts'

test('values become parameters', () => {
  const statement = sql`select * from t where a = ${1} and b = ${"x'; drop table t"}`
  expect(statement.text).toBe('select * from t where a = $1 and b = $2')
  expect(statement.values).toEqual([1, "x'; drop table t"])
})

test('nested pieces are spliced in and their parameters are numbered anew', () => {
  const scope = sql`(owner = ${'me'} or branch in (${'a'}, ${'b'}))`
  const statement = sql`select ${1} where ${scope} and ${sql`deleted is null`} limit ${50}`
  expect(statement.text).toBe('select $1 where (owner = $2 or branch in ($3, $4)) and deleted is null limit $5')
  expect(statement.values).toEqual([1, 'me', 'a', 'b', 50])
})

test('join puts the separator between pieces and values alike', () => {
  expect(sql`in (${sql.join([1, 2, 3])})`.text).toBe('in ($1, $2, $3)')
  expect(sql.join([sql`a = ${1}`, sql`b = ${2}`], ' and ').text).toBe('a = $1 and b = $2')
  expect(sql.join([]).text).toBe('')
})

test('an empty piece leaves no trace', () => {
  expect(sql`select 1${sql.empty} limit ${1}`.text).toBe('select 1 limit $1')
})
