import { setTimeout as delay } from 'node:timers/promises'
import { createApi, eachAtOnce, type Access } from '../../demo/src/load/api.ts'
import type { Ack, Writer } from './writer.ts'

export type Verdict = { counterparties: number; opportunities: number; events: number; faults: string[] }

const PATIENCE_MS = 30_000

/** Every acknowledged write is there exactly once, and every event of it stands once on its timeline. */
export async function verify(access: Access, { acks, unknown, wrong }: Writer): Promise<Verdict> {
  const api = createApi(access)
  const counterparties = await api.all('counterparties')
  const opportunities = await api.all('opportunities')
  const faults = [
    ...wrong.map((text) => `refused for no reason: ${text}`),
    ...compare('counterparty', acks, counterparties.map(({ id, displayName }) => ({ id, marker: displayName })), unknown),
    ...compare('opportunity', acks, opportunities.map(({ id, title }) => ({ id, marker: title })), unknown),
  ]
  const won = new Set(acks.filter(({ kind }) => kind === 'win').map(({ id }) => id))
  for (const { id, state } of opportunities) if (won.has(id) && state !== 'won') faults.push(`opportunity ${id} was won by an acknowledged write and is ${state}`)

  const expected = new Map<string, Map<string, number>>()
  for (const { id } of counterparties) expected.set(id, new Map([[`counterparty-created ${id}`, 1]]))
  for (const { id, counterpartyId, state } of opportunities) {
    expected.get(counterpartyId)?.set(`opportunity-created ${id}`, 1)
    if (state === 'won') expected.get(counterpartyId)?.set(`opportunity-won ${id}`, 1)
  }
  let events = 0
  await eachAtOnce(8, [...expected], async ([id, facts]) => {
    const difference = await settledDifference(() => api.all(`counterparties/${id}/timeline`), facts)
    if (difference === '') events += facts.size
    else faults.push(`timeline of ${id}: ${difference}`)
  })
  return { counterparties: counterparties.length, opportunities: opportunities.length, events, faults }
}

/** What differs between what was acknowledged and what is there. */
export function compare(kind: Ack['kind'], acks: readonly Ack[], found: readonly { id: string; marker: string }[], unknown: readonly string[]): string[] {
  const byMarker = new Map<string, string[]>()
  for (const { id, marker } of found) byMarker.set(marker, [...(byMarker.get(marker) ?? []), id])
  const acknowledged = acks.filter((ack) => ack.kind === kind)
  const lost = acknowledged.filter(({ marker, id }) => !byMarker.get(marker)?.includes(id)).map(({ marker, id }) => `${kind} ${marker} (${id}) was acknowledged and is lost`)
  const doubled = [...byMarker].filter(([, ids]) => ids.length > 1).map(([marker, ids]) => `${kind} ${marker} is there ${ids.length} times`)
  const known = new Set([...acknowledged.map(({ marker }) => marker), ...unknown])
  const strange = [...byMarker.keys()].filter((marker) => !known.has(marker)).map((marker) => `${kind} ${marker} was never asked for`)
  return [...lost, ...doubled, ...strange]
}

/** Timelines are filled by events: what is missing may still come, what is there twice never goes. */
async function settledDifference(read: () => Promise<Record<string, any>[]>, expected: ReadonlyMap<string, number>): Promise<string> {
  for (const deadline = Date.now() + PATIENCE_MS; ; await delay(200)) {
    const found = new Map<string, number>()
    for (const { kind, recordId } of await read()) found.set(`${kind} ${recordId}`, (found.get(`${kind} ${recordId}`) ?? 0) + 1)
    const more = [...found].filter(([fact, count]) => count > (expected.get(fact) ?? 0)).map(([fact, count]) => `${fact} ${count} times`)
    const less = [...expected.keys()].filter((fact) => !found.has(fact)).map((fact) => `${fact} is missing`)
    if (more.length > 0 || less.length === 0 || Date.now() > deadline) return [...more, ...less].join(', ')
  }
}
