import { expect, test } from '@jest/globals'
import { quarterOf } from '../src/check-crm.ts'
import { allRight, figure, tableOf } from '../src/figures.ts'
import { dealRow } from '../src/load-crm.ts'
import { febrlPerson } from '../src/load-persons.ts'
import { runLoad } from '../src/run-load.ts'

const said = async (...args: string[]) => {
  const lines: string[] = []
  return { code: await runLoad(args, { VITRYLO_DATA_DIR: '/nowhere' }, (line) => lines.push(line)), lines }
}

test('a wrong set or folder is told in one sentence', async () => {
  expect(await said('no-such-set')).toMatchObject({ code: 1, lines: [expect.stringContaining('sets: crm-sales-opportunities, febrl-persons')] })
  expect(await said('febrl-persons', '--dir', '/nowhere')).toMatchObject({ code: 1, lines: [expect.stringContaining('there is no folder /nowhere/febrl-persons')] })
})

test('a deal of each kind becomes a row', () => {
  const deal = { opportunity_id: 'A', sales_agent: 'Moses', product: 'GTXPro', account: 'Cancity', deal_stage: 'Won', engage_date: '2016-10-20', close_date: '2017-03-01', close_value: '1054' }
  expect(dealRow(deal)).toEqual({
    externalId: 'A', title: 'GTX Pro, Cancity', counterparty: 'Cancity', product: 'GTX Pro', stage: 'Engaging', state: 'won', amount: '1054',
    openTime: '2016-10-20', closeTime: '2017-03-01', lostReason: '', owner: 'Moses',
  })
  expect(dealRow({ ...deal, deal_stage: 'Lost', close_value: '0' })).toMatchObject({ stage: 'Engaging', state: 'lost', amount: '0', lostReason: 'Lost' })
  expect(dealRow({ ...deal, deal_stage: 'Prospecting', account: '', engage_date: '' })).toMatchObject({ stage: 'Prospecting', state: 'open', amount: '', title: 'GTX Pro' })
})

test('a person with a day that is none keeps it as a note', () => {
  expect(febrlPerson('dataset1', { rec_id: 'rec-1-org', given_name: 'ann', surname: 'lee', date_of_birth: '19081309' })).toMatchObject({
    externalId: 'dataset1:rec-1-org', displayName: 'lee ann', birthday: '', note: 'date of birth: 1908-13-09',
  })
  expect(febrlPerson('dataset1', { rec_id: 'rec-2-org', given_name: '', surname: '', date_of_birth: '19080309' })).toMatchObject({ displayName: 'rec-2-org', birthday: '1908-03-09' })
})

test('quarters are those of UTC', () => {
  expect([quarterOf('2017-03-31T23:00:00Z'), quarterOf('2017-04-01T00:00:00Z')]).toEqual(['2017-Q1', '2017-Q2'])
})

test('a difference is marked and is a failure', () => {
  const figures = [figure('won', 2, 2), figure('lost', 1, 3)]
  expect(allRight(figures)).toBe(false)
  expect(tableOf(figures)).toMatch(/lost +1 +3 {2}<- differs$/m)
})
