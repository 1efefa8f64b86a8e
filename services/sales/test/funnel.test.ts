import { expect, test } from '@jest/globals'
import { Pipeline } from '@vitrylo/proto/vitrylo/sales/v1/pipeline.ts'
import { funnelOf, type FunnelGroup } from '../src/pipeline/funnel.ts'

const DAY = 86_400
const pipeline = Pipeline.fromPartial({
  stages: [{ id: 'a', probability: 10 }, { id: 'b', probability: 50 }, { id: 'c', probability: 90 }],
})
const group = (reached: number, state: string, stage_id: string, count: number, amount: string | null = null, seconds = 0): FunnelGroup =>
  ({ reached, state, stage_id, count, amount, currency: amount === null ? null : 'UAH', seconds })

/**
 * Ten opportunities. Open: 2 at a; 1 back at a that had reached b; 1 at b. Lost: 2 at a, 1 at b. Won: 2 at c, 1 at a.
 *   a: entered 10; way known of 10 - 2 = 8; on: reached b or c (1 + 1 + 1 + 2) or won (1) = 6; 6 / 8 = 75 %
 *   b: entered 1 + 1 + 1 + 2 = 5; known: lost at b 1, on to c 2; 2 / 3 = 66.7 %
 *   c: entered 2; both won: 100 %
 */
const groups = [
  group(1, 'open', 'a', 2, '100.00'),
  group(2, 'open', 'a', 1, '50.00'),
  group(2, 'open', 'b', 1, '10.00'),
  group(1, 'lost', 'a', 2),
  group(2, 'lost', 'b', 1),
  group(3, 'won', 'c', 2, '900.00', 2 * 10 * DAY),
  group(1, 'won', 'a', 1, '90.00', 1 * DAY),
]

test('the figures of a funnel, computed by hand', () => {
  const funnel = funnelOf(pipeline, groups, [{ stage_id: 'a', seconds: 3 * DAY }])
  expect(funnel.stages).toEqual([
    { stageId: 'a', entered: 10n, conversionPercent: 75, openCount: 3n, openAmounts: [{ amount: '150.00', currency: 'UAH' }], weightedAmounts: [{ amount: '15.00', currency: 'UAH' }], meanStayDays: 3 },
    { stageId: 'b', entered: 5n, conversionPercent: (2 / 3) * 100, openCount: 1n, openAmounts: [{ amount: '10.00', currency: 'UAH' }], weightedAmounts: [{ amount: '5.00', currency: 'UAH' }], meanStayDays: 0 },
    { stageId: 'c', entered: 2n, conversionPercent: 100, openCount: 0n, openAmounts: [], weightedAmounts: [], meanStayDays: 0 },
  ])
  expect(funnel).toMatchObject({
    wonCount: 3n, wonAmounts: [{ amount: '990.00', currency: 'UAH' }], lostCount: 3n, winRatePercent: 50, meanDaysToWin: 7, openCount: 4n,
  })
})

test('a funnel without opportunities has zeros and no division by them', () => {
  expect(funnelOf(pipeline, [], [])).toMatchObject({ wonCount: 0n, winRatePercent: 0, meanDaysToWin: 0, stages: [{ conversionPercent: 0 }, {}, {}] })
})
