import type { Pipeline } from '@vitrylo/proto/vitrylo/sales/v1/pipeline.ts'
import type { Funnel, FunnelStage } from '@vitrylo/proto/vitrylo/sales/v1/pipeline_service.ts'
import { totalOf } from '../opportunity/money.ts'

/** Opportunities alike: the farthest stage of their history, their state, their present stage, their currency. */
export type FunnelGroup = {
  /** Position of the farthest stage that they ever stood at, from 1. */
  reached: number
  state: string
  stage_id: string
  currency: string | null
  count: number
  amount: string | null
  /** From opening to the decision, all together. */
  seconds: number
}

export type MeanStay = { stage_id: string; seconds: number }

const DAY = 86_400

/**
 * The figures of a funnel. Of each stage:
 * - entered: those whose history reached this stage or a later one; one that skipped the stage has passed it.
 * - conversion: of those that entered and whose way on is known, the share that reached a later stage or was won. Known
 *   is the way of all but those that are open and came no farther than here.
 * - open, weighted: those that are open and stand here now.
 * - mean stay: of all stays here that have ended, each counted by itself; without the stays of decided opportunities.
 * Won, lost, win rate and days to win count by the present state: one that was opened again counts as open.
 */
export function funnelOf(pipeline: Pipeline, groups: readonly FunnelGroup[], stays: readonly MeanStay[]): Funnel {
  const won = groups.filter(({ state }) => state === 'won')
  const lost = groups.filter(({ state }) => state === 'lost')
  const wonCount = countOf(won)
  return {
    stages: pipeline.stages.map(({ id, probability }, index) => stageOf(id!, index + 1, probability, groups, stays)),
    wonCount: BigInt(wonCount),
    wonAmounts: totalOf(won),
    lostCount: BigInt(countOf(lost)),
    winRatePercent: percent(wonCount, wonCount + countOf(lost)),
    meanDaysToWin: wonCount === 0 ? 0 : won.reduce((sum, { seconds }) => sum + seconds, 0) / wonCount / DAY,
    openCount: BigInt(countOf(groups.filter(({ state }) => state === 'open'))),
  }
}

function stageOf(
  stageId: string,
  position: number,
  probability: number,
  groups: readonly FunnelGroup[],
  stays: readonly MeanStay[],
): FunnelStage {
  const entered = groups.filter(({ reached }) => reached >= position)
  const wentOn = countOf(entered.filter(({ reached, state }) => reached > position || state === 'won'))
  const lostHere = countOf(entered.filter(({ reached, state }) => reached === position && state === 'lost'))
  const open = groups.filter(({ state, stage_id: stage }) => state === 'open' && stage === stageId)
  return {
    stageId,
    entered: BigInt(countOf(entered)),
    conversionPercent: percent(wentOn, wentOn + lostHere),
    openCount: BigInt(countOf(open)),
    openAmounts: totalOf(open),
    weightedAmounts: totalOf(open.map((group) => ({ ...group, percent: probability }))),
    meanStayDays: (stays.find(({ stage_id: stage }) => stage === stageId)?.seconds ?? 0) / DAY,
  }
}

const countOf = (groups: readonly FunnelGroup[]): number => groups.reduce((sum, { count }) => sum + count, 0)

const percent = (part: number, whole: number): number => (whole === 0 ? 0 : (part / whole) * 100)
