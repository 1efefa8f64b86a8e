import { expect, test } from '@jest/globals'
import { print } from '@vitrylo/lists/print.ts'
import { parse } from '@vitrylo/lists/syntax.ts'
import { randomFilter } from '../../libs/lists/test/model.ts'
import { randomOf } from '../../libs/lists/test/random.ts'
import { choiceOf, countOf, emptyGroup, fromText, isWhole, toText, withChoice, type Condition } from '../web/src/filters/model.ts'

const SEED = Number(process.env.VITRYLO_SEED ?? 1991)

// Seen failing: `not` of a group forgotten.
test('a filter that the builder showed and wrote is the same filter', () => {
  const r = randomOf(SEED)
  for (let n = 0; n < 2_000; n++) {
    const { text } = randomFilter(r, 'UTC')
    const group = fromText(text)!
    expect(isWhole(group)).toBe(true)
    expect({ SEED, text, written: toText(group) }).toEqual({ SEED, text, written: print(parse(text)) })
  }
})

test.each(['NOT (NOT a = 1)', 'nope.any(x = 1)', 'a = "x" AND (b:* OR NOT (c < today AND d = null))'])('%s survives, whether there is a form for it or not', (text) => {
  expect(print(parse(toText(fromText(text)!)))).toBe(print(parse(text)))
})

test('a text that cannot be read stays a text; an empty one is no condition', () => {
  expect(fromText('a = "')).toBeUndefined()
  expect([toText(emptyGroup()), toText(fromText('')!), countOf(''), countOf('a = 1 AND (b = 2 OR c.any(d = 1))')]).toEqual(['', '', 0, 3])
})

test('operators turn round without losing the value', () => {
  const condition: Condition = { kind: 'condition', not: false, field: 'a', operator: ':', value: { text: 'x', quoted: true } }
  for (const choice of ['=', '!=', ':', '!:', '<', '!<', '*', '!*']) expect(choiceOf(withChoice(condition, choice))).toBe(choice)
  expect(toText({ ...emptyGroup(), items: [withChoice(condition, '!:'), withChoice(condition, '!*')] })).toBe('NOT a : "x" AND NOT a : *')
  expect(isWhole(withChoice(withChoice(condition, '*'), '='))).toBe(false)
})
