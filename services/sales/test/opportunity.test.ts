import { expect, test } from '@jest/globals'
import { Opportunity, OpportunityState as State } from '@vitrylo/proto/vitrylo/sales/v1/opportunity.ts'
import { lose, move, reopen, win, type Decision } from '../src/opportunity/opportunity.ts'
import { planStages } from '../src/pipeline/stages.ts'

const at = (minute: number) => new Date(Date.UTC(2026, 2, 2, 9, minute))
const stage = (id: string, probability: number) => ({ id, name: id.toUpperCase(), probability, stayLimitDays: 0, hint: '' })
const [a, b] = [stage('a', 10), stage('b', 70)]
const opportunity = (state: State) =>
  Opportunity.fromPartial({ id: 'o', state, stageId: 'a', stageEnterTime: at(5), closeTime: state === State.OPEN ? undefined : at(10), lostReason: state === State.LOST ? 'Дорого' : '' })

const outcome = (work: () => Decision) => {
  try {
    const { next, told } = work()
    return `${next.state.slice('OPPORTUNITY_STATE_'.length)} ${next.stageId} ${next.probability} ${told?.type.type.split('.').at(-1) ?? 'nothing'}`
  } catch (error) {
    return (error as { reason: string }).reason
  }
}

test.each([
  ['moving an open one', () => move(opportunity(State.OPEN), a, b, at(20)), 'OPEN b 70 OpportunityMoved'],
  ['moving it where it is', () => move(opportunity(State.OPEN), a, a, at(20)), 'OPEN a 0 nothing'],
  ['moving a won one', () => move(opportunity(State.WON), a, b, at(20)), 'OPPORTUNITY_DECIDED'],
  ['moving a lost one', () => move(opportunity(State.LOST), a, b, at(20)), 'OPPORTUNITY_DECIDED'],
  ['winning an open one', () => win(opportunity(State.OPEN), at(20)), 'WON a 100 OpportunityWon'],
  ['winning it again', () => win(opportunity(State.WON), at(20)), 'WON a 0 nothing'],
  ['winning a lost one', () => win(opportunity(State.LOST), at(20)), 'OPPORTUNITY_DECIDED'],
  ['losing an open one', () => lose(opportunity(State.OPEN), 'Дорого', at(20)), 'LOST a 0 OpportunityLost'],
  ['losing it again', () => lose(opportunity(State.LOST), 'Інше', at(20)), 'LOST a 0 nothing'],
  ['losing a won one', () => lose(opportunity(State.WON), 'Дорого', at(20)), 'OPPORTUNITY_DECIDED'],
  ['reopening a lost one', () => reopen(opportunity(State.LOST), a, at(20)), 'OPEN a 10 OpportunityReopened'],
  ['reopening an open one', () => reopen(opportunity(State.OPEN), a, at(20)), 'OPEN a 0 nothing'],
])('%s', (_name, work, expected) => {
  expect(outcome(work)).toBe(expected)
})

test('reopening forgets the decision and begins the stay anew', () => {
  expect(reopen(opportunity(State.LOST), a, at(20)).next).toMatchObject({ lostReason: '', closeTime: undefined, stageEnterTime: at(20) })
})

test('no stay ends before it begins, whatever the order of the calls', () => {
  expect(move(opportunity(State.OPEN), a, b, at(1)).next.stageEnterTime).toEqual(at(5))
  expect(reopen(opportunity(State.WON), a, at(1)).next.stageEnterTime).toEqual(at(10))
})

test('stages are replaced as a whole: known ones keep their id, new ones get one, the others go', () => {
  const { stages, gone } = planStages([a, b], [b, { ...stage('', 20), id: undefined, name: 'Нова' }])
  expect(stages.map(({ name }) => name)).toEqual(['B', 'Нова'])
  expect(stages[0]!.id).toBe('b')
  expect(stages[1]!.id).toMatch(/^[0-9a-f-]{36}$/)
  expect(gone).toEqual([a])
})

test('every wrong stage is named', () => {
  expect(() => planStages([a], [a, a, { ...b, name: 'A' }])).toThrow(
    expect.objectContaining({ violations: [{ field: 'stages[1].id', rule: 'unique' }, { field: 'stages[2].id', rule: 'reference' }].map((v) => expect.objectContaining(v)) }),
  )
})
