import type { Access } from '../../demo/src/load/api.ts'
import { createApi, fetchToken } from '../../demo/src/load/api.ts'
import { createBody, type BenchRow } from './data.ts'
import { drive, type Figures, type Request } from './drive.ts'
import type { Floor } from './floor.ts'

export type Measured = Record<'create' | 'keyedCreate' | 'card' | 'rare' | 'typeAhead' | 'common', Figures & { ratio: number }>

export type Requests = { floor: Record<'create' | 'read', Figures>; product: Measured }
export type Pace = {
  rounds: number
  /** Of each measurement. */
  seconds: number
  /** Waits until the events of what was written are applied: they must not slow down what is measured next. */
  settle(): Promise<unknown>
  /** Of the product, database included. */
  pid: number
}

/** What people type first: two to five letters of words that thousands of names have. */
export const TYPED = ['то', 'сон', 'вишн', 'пек', 'медов', 'кра', 'зор', 'лан', 'бур', 'тих', 'кошик', 'щед', 'ясн', 'калин', 'ди']

/** As many as the client asks for while somebody types: usePartySearch in gateway/web/src/api/search.ts. */
export const SUGGESTIONS = 8

export const search = (q: string, size?: number): Request =>
  ({ path: `/api/v1/counterparties:search?q=${encodeURIComponent(q)}${size === undefined ? '' : `&pageSize=${size}`}` })

/**
 * Floor and product in turn, several rounds: on a machine that others use too, only neighbours in time compare. The
 * ratio is the median of the rounds, the latencies are those of the median round.
 */
export async function measureRequests(access: Access, floor: Floor, rows: readonly BenchRow[], { rounds, seconds, settle, pid }: Pace): Promise<Requests> {
  const ids = await sampleIds(access)
  const rareWords = rows.flatMap(({ rare }) => rare ?? [])
  const wishes = {
    create: { base: 'create', requests: Array.from({ length: 2_000 }, (_, n) => ({ path: '/api/v1/counterparties', body: JSON.stringify(createBody(n)) })) },
    keyedCreate: { base: 'create', keyed: true, requests: Array.from({ length: 2_000 }, (_, n) => ({ path: '/api/v1/counterparties', body: JSON.stringify(createBody(n)) })) },
    card: { base: 'read', requests: ids.map((id) => ({ path: `/api/v1/counterparties/${id}:card` })) },
    rare: { base: 'read', requests: rareWords.map((q) => search(q)) },
    typeAhead: { base: 'read', requests: TYPED.map((q) => search(q, SUGGESTIONS)) },
    common: { base: 'read', requests: TYPED.map((q) => search(q)) },
  } as const
  const servers = [pid, floor.pid]
  const floors = { create: [] as Figures[], read: [] as Figures[] }
  const products = Object.fromEntries(Object.keys(wishes).map((name) => [name, [] as (Figures & { ratio: number })[]]))
  for (let round = 0; round < rounds; round++) {
    const authorization = `Bearer ${await fetchToken(access)}`
    for (const base of ['read', 'create'] as const) {
      const before = await drive({ origin: floor.origin, seconds, requests: floor[base] }, servers)
      for (const [name, { base: of, ...wish }] of Object.entries(wishes)) {
        if (of !== base) continue
        const figures = await drive({ origin: access.origin, seconds, headers: { authorization }, ...wish, requests: [...wish.requests] }, servers)
        products[name]!.push({ ...figures, ratio: (figures.perSecond / before.perSecond) * 100 })
      }
      floors[base].push(before)
      if (base === 'create') await settle()
    }
  }
  const product = Object.fromEntries(Object.entries(products).map(([name, list]) => [name, median(list, ({ ratio }) => ratio)]))
  const speed = ({ perSecond }: Figures): number => perSecond
  return { floor: { create: median(floors.create, speed), read: median(floors.read, speed) }, product: product as Measured }
}

/** Five thousand of the hundred thousand, so that not everything asked for lies in a cache. */
export async function sampleIds(access: Access): Promise<string[]> {
  const api = createApi(access)
  const ids: string[] = []
  for (let pageToken = ''; ids.length < 5_000; ) {
    const page = await api.get(`counterparties?pageSize=250&pageToken=${encodeURIComponent(pageToken)}`)
    ids.push(...page['counterparties'].map(({ id }: { id: string }) => id))
    pageToken = page['nextPageToken']
    if (pageToken === '') break
  }
  return ids
}

const median = <T>(list: readonly T[], by: (item: T) => number): T => list.toSorted((a, b) => by(a) - by(b))[Math.floor(list.length / 2)]!
