import { expect, test } from '@jest/globals'
import { loadContract, SIGNED_IN } from '@vitrylo/proto/contract.ts'
import { parsePhoneNumberFromString } from 'libphonenumber-js'
import { edrpouCheckDigit, ibanOf, rnokppCheckDigit } from '../src/codes.ts'
import { DEMO_CALLERS, generateDemo, SHARED_CALLER } from '../src/generate.ts'
import { GROUPS } from '../src/groups.ts'
import { EMPLOYEES } from '../src/staff.ts'

const now = new Date('2026-11-21T10:15:00Z')
const demo = generateDemo({ now })
const phonesIn = (list: { body: { channels: { kind: string; value: string }[] } }[]): string[] =>
  list.flatMap(({ body }) => body.channels.filter(({ kind }) => kind === 'phone').map(({ value }) => value))
const e164 = (value: string): string | undefined => {
  const phone = parsePhoneNumberFromString(value, 'UA')
  return phone?.isValid() ? phone.number : undefined
}

test('the same seed and day give the same data, another seed gives others', () => {
  expect(generateDemo({ now: new Date('2026-11-21T23:59:00Z') })).toEqual(demo)
  expect(generateDemo({ now, seed: 7 })).not.toEqual(demo)
})

test('it is a firm of the promised size', () => {
  expect(EMPLOYEES).toHaveLength(12)
  expect(new Set(EMPLOYEES.map(({ extension }) => extension)).size).toBe(12)
  const sizes = [demo.counterparties, demo.persons, demo.opportunities, demo.requests].map((list) => list.length)
  expect(sizes).toEqual([500, 700, 260, 120])
  const states = demo.opportunities.map(({ state }) => state)
  for (const state of ['open', 'won', 'lost'] as const) expect(states.filter((each) => each === state).length).toBeGreaterThan(30)
})

test('names, codes, accounts and external ids are given once', () => {
  const lists = [
    demo.counterparties.map(({ externalId }) => externalId),
    demo.counterparties.map(({ body }) => body.displayName),
    demo.counterparties.map(({ body }) => body.taxCode),
    demo.counterparties.flatMap(({ body }) => body.bankAccounts.map(({ iban }) => iban)),
    demo.persons.map(({ body }) => body.displayName),
  ]
  for (const list of lists) expect(new Set(list).size).toBe(list.length)
})

test('every phone is a valid one of the invented shape, and no two records share one but for the demonstration of it', () => {
  const numbers = [...phonesIn(demo.counterparties), ...phonesIn(demo.persons)].map(e164)
  expect(numbers.filter((number) => number === SHARED_CALLER)).toHaveLength(2)
  expect(numbers.filter((number) => !/^\+380\d{2}55501\d{2}$/.test(number ?? ''))).toEqual([])
  expect(new Set(numbers).size).toBe(numbers.length - 1)
})

test('in every branch a client with an open deal has the phone of the demonstration call', () => {
  for (const [branch, phone] of Object.entries(DEMO_CALLERS)) {
    const [client, ...others] = demo.counterparties.filter(({ body }) => body.channels.some(({ value }) => e164(value) === phone))
    expect(others).toEqual([])
    expect(client!.branch).toBe(branch)
    expect(demo.opportunities.some(({ counterparty, state }) => counterparty === client!.externalId && state === 'open')).toBe(true)
  }
})

test('check digits follow the rules: known codes pass', () => {
  expect(edrpouCheckDigit('1436057')).toBe(0)
  expect(edrpouCheckDigit('0003210')).toBe(6)
  expect(rnokppCheckDigit('175901377')).toBe(6)
  // The sample of the IBAN registry.
  expect(ibanOf('322313', '0000026007233566001')).toBe('UA213223130000026007233566001')
})

test('generated codes carry their check digits and stay in ranges that are given to nobody', () => {
  for (const { body } of demo.counterparties) {
    const { taxCode } = body
    expect(taxCode).toMatch(/^9\d{7}(\d{2})?$/)
    const digit = taxCode.length === 8 ? edrpouCheckDigit(taxCode.slice(0, 7)) : rnokppCheckDigit(taxCode.slice(0, 9))
    expect(taxCode.at(-1)).toBe(String(digit))
    for (const { iban } of body.bankAccounts) expect(iban).toMatch(/^UA\d{2}9900\d{2}\d{19}$/)
  }
})

test('mail and sites lead nowhere', () => {
  const values = [...demo.counterparties, ...demo.persons].flatMap(({ body }) => body.channels.map(({ kind, value }) => `${kind} ${value}`))
  for (const value of values.filter((each) => /^(email|site) /.test(each))) expect(value).toMatch(/^(email [a-z.]+@|site https:\/\/)[a-z-]+\.example$/)
})

test('the past of a deal is in order and lies in the past', () => {
  for (const { openTime, closeTime, state } of demo.opportunities) {
    const times = [openTime, closeTime ?? openTime].map(Number)
    expect(times).toEqual(times.toSorted((a, b) => a - b))
    expect(times.at(-1)).toBeLessThan(now.getTime())
    expect(closeTime === undefined).toBe(state === 'open')
  }
})

test('nothing happened with a client before the firm knew them', () => {
  const { counterparties, opportunities, requests, interactions, consents } = demo
  const since = new Map(counterparties.map(({ externalId, createTime }) => [externalId, createTime]))
  const deeds = [
    ...opportunities.map(({ counterparty, openTime: time }) => ({ counterparty, time })), ...requests.map(({ counterparty, receiveTime: time }) => ({ counterparty, time })),
    ...interactions.map(({ counterparty, body }) => ({ counterparty, time: body.startTime })), ...consents.map(({ counterparty, giveTime: time }) => ({ counterparty, time })),
  ]
  expect(deeds.filter(({ counterparty, time }) => time < since.get(counterparty)!)).toEqual([])
  expect(new Set(requests.map(({ state }) => state))).toEqual(new Set(['new', 'waiting', 'in-progress', 'closed']))
  expect([...requests.map(({ receiveTime }) => receiveTime), ...consents.map(({ giveTime }) => giveTime)].filter((time) => time > now)).toEqual([])
})

test('groups give only rights that the contract knows, each cell once', () => {
  const known = new Set(loadContract().methods.filter(({ action }) => action !== SIGNED_IN).map(({ section, action }) => `${section} ${action}`))
  for (const { cells } of GROUPS) {
    const names = cells.map(({ section, action }) => `${section} ${action}`)
    expect(names.filter((name) => !known.has(name))).toEqual([])
    expect(new Set(names).size).toBe(names.length)
  }
})
