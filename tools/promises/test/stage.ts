import { exec, sql } from '@vitrylo/pg'
import { until } from '@vitrylo/testkit'
import type { Firm } from './firm.ts'
import { readDocument, type Contract } from './routes.ts'
import { leastBody, type Known } from './samples.ts'

export type Stage = { firm: Firm; contract: Contract; branches: Record<'kyiv' | 'lviv', string>; people: Record<string, string>; groups: Record<string, string>
  /** Of the administrators' making, one of each resource; of Lviv; of Kyiv. */
  all: Known; lviv: Known; kyiv: Known }

const WORK = ['counterparties', 'contact-persons', 'interactions', 'opportunities', 'requests', 'calls']
const LOOK = ['employees', 'pipelines', 'queues', 'custom-fields']

/** Two branches that must not see each other, people in both, everything made over REST. */
export async function setStage(firm: Firm): Promise<Stage> {
  const contract = readDocument(await firm.ask('GET', '/api/openapi.json'))
  const { sections } = await firm.ask('GET', '/api/v1/sections')
  const cellsOf = (scope: string, names: string[], only?: string) =>
    sections.filter((section: { name: string }) => names.includes(section.name))
      .flatMap(({ name, actions }: { name: string; actions: string[] }) => actions.filter((action) => only === undefined || action === only).map((action) => ({ section: name, action, scope })))
  const groups: Record<string, string> = {}
  const addGroup = async (name: string, cells: object[]) => {
    groups[name] = (await firm.ask('POST', '/api/v1/groups', { name, title: name })).id
    await firm.ask('POST', `/api/v1/groups/${groups[name]}:setGrants`, { cells })
  }
  const look = cellsOf('all', LOOK, 'view')
  await addGroup('clerks', [...cellsOf('branch', WORK), ...look])
  await addGroup('own-only', [...cellsOf('own', WORK), ...look])
  await addGroup('limited', [...cellsOf('all', WORK), ...look])
  const branch = async (name: string, code: string) => (await firm.ask('POST', '/api/v1/branches', { name, code })).id as string
  const branches = { kyiv: await branch('Київ', 'K'), lviv: await branch('Львів', 'L') }
  const people: Record<string, string> = {}
  const hire = async (username: string, at: 'kyiv' | 'lviv', of: string[]) =>
    (people[username] = (await firm.ask('POST', '/api/v1/employees', { displayName: username, branchId: branches[at], username, groups: of })).id)
  await hire('olena', 'kyiv', ['clerks'])
  await hire('owner', 'kyiv', ['own-only'])
  await hire('nobody', 'kyiv', [])
  await hire('limited', 'kyiv', ['limited'])
  await hire('bohdan', 'lviv', ['clerks'])
  await hire('ada', 'kyiv', ['administrators'])
  // Who came last is the last to be known everywhere.
  await until(async () => (await Promise.all(['counterparties', 'opportunities', 'requests', 'calls', 'employees', 'sessions'].map((path) => firm.call('GET', `/api/v1/${path}`, undefined, { as: 'ada' })))).every(({ status }) => status === 200))
  const shared = { branches: Object.values(branches), employees: Object.values(people), groups: Object.values(groups) }
  const all = await plant(firm, contract, 'ada', shared)
  const common = Object.fromEntries(Object.entries(all).filter(([name]) => !WORK.includes(name) && name !== 'relations' && name !== 'consents'))
  const lviv = await plant(firm, contract, 'bohdan', common)
  const kyiv = await plant(firm, contract, 'olena', common)
  await addCall(firm, lviv, branches.lviv, people.bohdan!)
  await addCall(firm, kyiv, branches.kyiv, people.olena!)
  return { firm, contract, branches, people, groups, all, lviv, kyiv }
}

/** One of everything that this person may make, by every create route of the document. */
async function plant(firm: Firm, contract: Contract, as: string, shared: Known): Promise<Known> {
  const known: Record<string, string[]> = Object.fromEntries(Object.entries(shared).map(([name, ids]) => [name, [...ids]]))
  const refused: Record<string, string> = {}
  const waiting = new Set(contract.creates)
  let before = -1
  while (waiting.size !== before) {
    before = waiting.size
    for (const route of waiting) {
      const body = leastBody(contract, route, known)
      if (body === undefined) continue
      const make = async () => {
        const answer = await firm.call('POST', route.path, leastBody(contract, route, known), { as })
        if (answer.status < 300 && answer.json?.id !== undefined) (known[route.collection] ??= []).push(answer.json.id)
        return answer
      }
      // What another service has not heard of yet it hears of soon; a right that is missing stays so.
      let answer = await make()
      if (answer.status === 400 || answer.status === 404) await until(async () => (answer = await make()).status < 400, { timeoutMs: 3_000, everyMs: 50 }).catch(() => {})
      waiting.delete(route)
      if (answer.status >= 300) refused[route.path] = `${answer.status} ${answer.text.slice(0, 300)}`
      else if (route.collection === 'counterparties') await make()
    }
  }
  const missed = [...[...waiting].map(({ path }) => `${path}: a reference leads nowhere`), ...Object.entries(refused).map(([path, why]) => `${path}: ${why}`)]
  if (as === 'ada' && missed.length > 0) throw new Error(`no body was found for: ${missed.join('; ')}. Say in samples.ts what such a body is`)
  return known
}

/** Calls come from an exchange, not over REST. */
async function addCall({ pools }: Firm, known: Known, branchId: string, ownerId: string): Promise<void> {
  const { rows } = await pools.telephony!.query<{ id: string }>('select uuidv7() as id')
  const id = rows[0]!.id
  const facts = { id, pbxId: id, direction: 'inbound', origin: 'direct', state: 'ended', customerNumber: '+380671234567', customerNumberRaw: '0671234567', line: '', queues: [], startTime: 0, answerTime: 0, endTime: 1, disposition: 'answered', endedBy: 'caller', certainty: 'exact', answeredBy: null, ownerAgent: null, agentsRung: [], transfers: [], legKeys: [], waitSeconds: 1, talkSeconds: 1, holdSeconds: 0, holdCount: 0, withheld: false }
  await exec(pools.telephony!, sql`insert into call (id, pbx_id, branch_id, owner_id, direction, state, disposition, customer_number, line, queues, started_at, ended_at, facts, matches, revision, created_at, updated_at)
    values (${id}, ${id}, ${branchId}, ${ownerId}, 'inbound', 'ended', 'answered', '+380671234567', '', '{}', now(), now(), ${JSON.stringify(facts)}, '[]', 1, now(), now())`)
  ;(known as Record<string, string[]>).calls = [id]
}

/** As the firm's people come in by the same doors, so do these. */
export const ROLES = ['olena', 'owner', 'nobody'] as const
