import { connectClient, createPool, withDatabase } from '@vitrylo/pg'
import { createApi, fetchToken } from '../../demo/src/load/api.ts'
import { seedUser } from '../../issuer/src/index.ts'
import { Browser } from '../../issuer/test/browser.ts'
import { makeRows } from '../src/data.ts'
import { drive, type Figures, type Request } from '../src/drive.ts'
import { loadRows, settled, type Loaded } from '../src/load-rows.ts'
import { sampleIds, search, SUGGESTIONS, TYPED } from '../src/measure.ts'
import { openProduct } from '../src/product.ts'

/** Who asks: a program that sees everything, and a person who sees one branch of four. */
export type Asker = 'all' | 'branch'
export type Measured = { name: string; asker: Asker; clients: number; figures: Figures }
export type Size = { rows: number; loaded: Loaded; measured: Measured[] }

const BRANCHES = 4
const PEOPLE = 16
const RARE = 2_000
const LISTS: Record<string, [filter: string, orderBy: string][]> = {
  'list by name': [['', 'displayName'], ['', 'displayName desc']],
  'list, last changed first': [['', 'updateTime desc']],
  'list filtered and sorted': [
    ['kind="organisation" AND roles:"client"', 'displayName'], ['createTime>"2026-01-01T00:00:00Z" AND roles:"client"', 'createTime desc'], ['NOT tags:"опт"', 'updateTime desc'],
  ],
}

/** A base of so many counterparties over four branches, and what the same questions cost there. */
export async function measureSize(dir: string, rows: number, seconds: number, say: (line: string) => void): Promise<Size> {
  const given = makeRows(rows)
  const product = await openProduct(dir, { web: false })
  try {
    const access = await product.start()
    const places = await makeStructure(access)
    await settled(product.pid, 30) // contacts learn of branches and people by events
    say(`Importing ${rows} counterparties…`)
    const loaded = await loadRows(access, given, product.pid, places)
    say(`  ${loaded.seconds.toFixed(0)} s; measuring…`)
    const client = await connectClient(withDatabase(product.admin, 'contacts'), 'bench')
    await client.query('vacuum analyze counterparty').finally(() => client.end()) // as autovacuum would by itself, at a time of its own
    const headers = { all: { authorization: `Bearer ${await fetchToken(access)}` }, branch: { cookie: await signIn(access.origin, product.admin) } }
    const rare = given.flatMap(({ rare: word }) => word ?? [])
    const asked: Record<string, Request[]> = {
      card: (await sampleIds(access)).map((id) => ({ path: `/api/v1/counterparties/${id}:card` })),
      'rare word': rare.filter((_word, n) => n % Math.ceil(rare.length / RARE) === 0).map((q) => search(q)),
      'common word, 20 rows': TYPED.map((q) => search(q)),
      'type-ahead, 8 rows': TYPED.map((q) => search(q, SUGGESTIONS)),
      ...Object.fromEntries(Object.entries(LISTS).map(([name, lists]) => [name, lists.map(([filter, orderBy]) => list(filter, orderBy))])),
    }
    const measured: Measured[] = []
    for (const [name, requests] of Object.entries(asked)) for (const clients of [1, 16]) for (const asker of ['all', 'branch'] as const) {
      // A card of another branch is none for a person.
      if (name === 'card' && asker === 'branch') continue
      measured.push({ name, asker, clients, figures: await drive({ origin: access.origin, seconds, clients, requests, headers: headers[asker] }, [product.pid]) })
    }
    return { rows, loaded, measured }
  } finally {
    await product.stop()
  }
}

const list = (filter: string, orderBy: string): Request =>
  ({ path: `/api/v1/counterparties?pageSize=50&filter=${encodeURIComponent(filter)}&orderBy=${encodeURIComponent(orderBy)}` })

const VIEWER = 'viewer'
const PASSWORD = 'вітер-у-вітрилах-7'

/** Branches, people and a person with rights on the first branch. Gives where each row belongs. */
async function makeStructure(access: Parameters<typeof createApi>[0]): Promise<(row: number) => object> {
  const api = createApi(access)
  const branches: string[] = []
  for (let n = 0; n < BRANCHES; n++) branches.push((await api.post('branches', { name: `Філія ${n}`, code: `M${n}` }))['id'])
  const group = await api.post('groups', { name: 'branch-viewers', title: 'Філія' })
  const sections = ['counterparties', 'contact-persons', 'opportunities', 'requests', 'calls', 'interactions']
  await api.post(`groups/${group['id']}:setGrants`, { cells: sections.map((section) => ({ section, action: 'view', scope: 'branch' })) })
  const people: string[] = []
  for (let n = 0; n < PEOPLE; n++) {
    const account = n === 0 ? { username: VIEWER, groups: ['branch-viewers'] } : {}
    people.push((await api.post('employees', { displayName: `Людина ${n}`, branchId: branches[n % BRANCHES], ...account }))['id'])
  }
  return (row) => ({ branchId: branches[row % BRANCHES], responsibleId: people[row % PEOPLE] })
}

async function signIn(origin: string, admin: string): Promise<string> {
  const pool = createPool({ url: withDatabase(admin, 'issuer'), name: 'bench', max: 1 })
  await seedUser(pool, { username: VIEWER, password: PASSWORD, groups: ['branch-viewers'] }).finally(() => pool.end())
  const browser = new Browser(origin)
  await browser.signIn(VIEWER, PASSWORD)
  return browser.cookiesFor(new URL(origin))
}
