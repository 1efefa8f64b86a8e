import { expect, test } from '@jest/globals'
import { beginningsOf, isMistypable, likeness, likest, meant } from '../src/search/mistyped.ts'

const finds = (typed: string, name: string): boolean =>
  meant(typed).some((pattern) => new RegExp(`^${pattern.slice(0, -1).replaceAll('_', '.')}`).test(name))

test.each([
  ['two letters swapped', 'voitneko'],
  ['a wrong letter', 'vaitenko'],
  ['a letter too few', 'vitenko'],
  ['a letter too many', 'voittenko'],
  ['a wrong first letter', 'foitenko'],
])('%s is one mistake', (_what, typed) => {
  expect(finds(typed, 'voitenko')).toBe(true)
})

test('two mistakes are not, and of a short word only letters that were swapped', () => {
  expect(finds('vaitneko', 'voitenko')).toBe(false)
  expect(finds('yavri', 'yavir')).toBe(true)
  expect(finds('iavr', 'iavir')).toBe(false)
  expect(finds('dmi', 'dim')).toBe(false)
})

test('very long and very many words are not looked for so', () => {
  expect([['voitenko'], ['a'.repeat(17)], ['abc'], ['abcd', 'abcd', 'abcd', 'abcd']].map(isMistypable)).toEqual([true, false, false, false])
})

test('of two texts the one that was meant is more alike', () => {
  expect(likeness(['katreina'], 'zielinska katerina')).toBeGreaterThan(likeness(['katreina'], 'dniprovski mlini'))
  expect(likeness(['voitenko'], 'voitenko taras')).toBe(1)
})

test('a pattern stands for the beginnings that words have', () => {
  expect(beginningsOf(['kov_l%', 'koval%', 'kvoal%'], ['kovalenko', 'kovelska', 'kov', 'kavun'])).toEqual(['koval', 'kovel'])
})

test('of several that may have been meant the one with the same beginning comes first', () => {
  expect(likest('bondor', ['mondor', 'londor', 'kondor', 'bondar'])[0]).toBe('bondar')
})
