import type { Api } from '../../demo/src/load/api.ts'
import { figure, type Figure } from './figures.ts'
import { countKnown, listAll, type Json } from './list.ts'
import type { Row } from './read-table.ts'

/** What is known of the set; see its README. */
const KNOWN = {
  agents: 35, managers: 6, accounts: 85, won: 4_238, lost: 2_473, engaging: 1_589, prospecting: 500, wonSum: 10_005_534,
  winRate: '63.15', daysToWin: '51.78', withoutAccount: 1_425,
  quarters: { '2017-Q1': 1_134_672, '2017-Q2': 3_086_111, '2017-Q3': 2_982_255, '2017-Q4': 2_802_496 },
  offices: { West: 3_568_647, Central: 3_346_293, East: 3_090_594 },
} as const

/** Reads everything back through the API: the funnel of the product, and sums over its lists. */
export async function checkCrm(
  api: Api,
  pipelineId: string,
  branches: Map<string, string>,
  { teams, accounts }: { teams: readonly Row[]; accounts: readonly Row[] },
): Promise<Figure[]> {
  const funnel = await api.get(`pipelines/${pipelineId}:funnel`)
  const of = (state: string) => listAll(api, 'opportunities', `pipelineId="${pipelineId}" AND state="${state}"`)
  const [won, lost, open] = [await of('won'), await of('lost'), await of('open')]
  const [prospecting, engaging] = funnel['stages'] as Json[]
  const people = (column: string) => [...new Set(teams.map((team) => team[column]!))]
  return [
    figure('agents', KNOWN.agents, await countKnown(api, 'employees', people('sales_agent'))),
    figure('managers', KNOWN.managers, await countKnown(api, 'employees', people('manager'))),
    figure('accounts', KNOWN.accounts, await countKnown(api, 'counterparties', accounts.map((row) => row['account']!))),
    figure('won, by the list', KNOWN.won, won.length),
    figure('won, by the funnel', KNOWN.won, funnel['wonCount']),
    figure('won, USD, by the list', KNOWN.wonSum, sumOf(won)),
    figure('won, USD, by the funnel', `${KNOWN.wonSum}.00 USD`, funnel['wonAmounts'].map((sum: Json) => `${sum['amount']} ${sum['currency']}`).join(' ')),
    figure('lost, by the list', KNOWN.lost, lost.length),
    figure('lost, by the funnel', KNOWN.lost, funnel['lostCount']),
    figure('lost, USD', 0, sumOf(lost)),
    figure('open at Engaging', KNOWN.engaging, engaging!['openCount']),
    figure('open at Prospecting', KNOWN.prospecting, prospecting!['openCount']),
    figure('open without an account', KNOWN.withoutAccount, open.filter(({ counterpartyId }) => !counterpartyId).length),
    figure('win rate, %', KNOWN.winRate, funnel['winRatePercent'].toFixed(2)),
    figure('mean days to win', KNOWN.daysToWin, funnel['meanDaysToWin'].toFixed(2)),
    ...Object.entries(KNOWN.quarters).map(([quarter, sum]) =>
      figure(`won in ${quarter}, USD`, sum, sumOf(won.filter(({ closeTime }) => quarterOf(closeTime) === quarter)))),
    ...Object.entries(KNOWN.offices).map(([office, sum]) =>
      figure(`won by ${office}, USD`, sum, sumOf(won.filter(({ branchId }) => branchId === branches.get(office))))),
  ]
}

/** Exact, in cents; the whole part where there are none. */
function sumOf(opportunities: readonly Json[]): string {
  const cents = opportunities.reduce((sum, { amount }) => sum + BigInt(String(amount?.amount ?? '0.00').replace('.', '')), 0n)
  const digits = String(cents).padStart(3, '0')
  return digits.endsWith('00') ? digits.slice(0, -2) : `${digits.slice(0, -2)}.${digits.slice(-2)}`
}

export function quarterOf(time: string): string {
  const date = new Date(time)
  return `${date.getUTCFullYear()}-Q${Math.floor(date.getUTCMonth() / 3) + 1}`
}
