import type { Api } from '../../demo/src/load/api.ts'
import { importRows } from '../../demo/src/load/import.ts'
import { checkCrm } from './check-crm.ts'
import type { Figure } from './figures.ts'
import type { Json } from './list.ts'
import { readTable, type Row } from './read-table.ts'

export const PIPELINE = 'Hardware sales'

const STAGES = [
  { name: 'Prospecting', probability: 10, stayLimitDays: 30, hint: 'Find out who decides.' },
  { name: 'Engaging', probability: 63, stayLimitDays: 120, hint: 'Agree on the product and the price.' },
]

/** Offices as branches, agents and managers as employees, accounts as counterparties, deals with their past. */
export async function loadCrm(api: Api, folder: URL, log: (line: string) => void): Promise<Figure[]> {
  const teams = readTable('sales_teams.csv', folder)
  const accounts = readTable('accounts.csv', folder)
  const deals = readTable('sales_pipeline.csv', folder)
  log(`${teams.length} agents in their offices …`)
  const branches = await loadOffices(api, teams)
  await loadEmployees(api, teams, branches)
  log(`${accounts.length} accounts …`)
  await importRows(api, 'imports', { kind: 'counterparty' }, accounts.map(accountRow))
  const pipelineId = await loadPipeline(api)
  log(`${deals.length} deals …`)
  const defaults = { pipeline: pipelineId, currency: 'USD', source: 'crm-sales-opportunities' }
  await importRows(api, 'opportunity-imports', { kind: 'opportunity', defaults }, deals.map(dealRow))
  return checkCrm(api, pipelineId, branches, { teams, accounts })
}

/** By office: the id of its branch, below the head office if there is one. */
async function loadOffices(api: Api, teams: readonly Row[]): Promise<Map<string, string>> {
  const known = await api.all('branches')
  const head = known.find(({ parentId }) => !parentId)?.['id'] as string | undefined
  const ids = new Map<string, string>()
  for (const office of new Set(teams.map((team) => team['regional_office']!))) {
    const code = office.toUpperCase()
    const branch = known.find((each) => each['code'] === code) ?? (await api.post('branches', { name: office, code, parentId: head }))
    ids.set(office, branch['id'])
  }
  return ids
}

/** Nobody of them signs in: no name at sign-in and no group, so no request of the firm goes to them either. */
async function loadEmployees(api: Api, teams: readonly Row[], branches: Map<string, string>): Promise<void> {
  const people = new Map<string, Json>()
  for (const { sales_agent: agent, manager, regional_office: office } of teams) {
    const branchId = branches.get(office!)
    people.set(agent!, { displayName: agent, externalId: agent, position: 'Sales agent', branchId })
    people.set(manager!, { displayName: manager, externalId: manager, position: 'Sales manager', branchId })
  }
  const known = new Set((await api.all('employees')).map(({ externalId }) => externalId as string))
  for (const [name, employee] of people) if (!known.has(name)) await api.post('employees', employee)
}

async function loadPipeline(api: Api): Promise<string> {
  const known = (await api.all('pipelines')).find(({ name }) => name === PIPELINE)
  const pipeline = known ?? (await api.post('pipelines', { name: PIPELINE, stages: STAGES, lostReasons: ['Lost'] }))
  return pipeline['id'] as string
}

// As they stand in the set, with its misspelling of one.
const COUNTRIES: Record<string, string> = {
  'United States': 'US', Belgium: 'BE', Brazil: 'BR', China: 'CN', Germany: 'DE', Italy: 'IT', Japan: 'JP', Jordan: 'JO', Kenya: 'KE',
  Korea: 'KR', Norway: 'NO', Panama: 'PA', Philipines: 'PH', Poland: 'PL', Romania: 'RO',
}

const accountRow = (row: Row) => ({
  externalId: row['account'],
  displayName: row['account'],
  kind: 'organisation',
  roles: 'client',
  industry: row['sector'],
  size: row['employees'],
  note: `Established ${row['year_established']}, revenue ${row['revenue']} million USD${row['subsidiary_of'] ? `, belongs to ${row['subsidiary_of']}` : ''}`,
  'address.country': COUNTRIES[row['office_location'] ?? ''] ?? '',
})

/** A decided deal was engaged last; one that is still looked for has no day yet. */
export function dealRow(row: Row) {
  const stage = row['deal_stage']!
  const decided = stage === 'Won' || stage === 'Lost'
  // The catalogue writes it with a blank.
  const product = row['product'] === 'GTXPro' ? 'GTX Pro' : row['product']
  return {
    externalId: row['opportunity_id'],
    title: row['account'] ? `${product}, ${row['account']}` : product,
    counterparty: row['account'],
    product,
    stage: decided ? 'Engaging' : stage,
    state: decided ? stage.toLowerCase() : 'open',
    amount: decided ? row['close_value'] : '',
    openTime: row['engage_date'],
    closeTime: row['close_date'],
    lostReason: stage === 'Lost' ? 'Lost' : '',
    owner: row['sales_agent'],
  }
}
