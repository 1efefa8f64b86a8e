import type { DemoData } from '../generate.ts'
import { eachAtOnce, type Api } from './api.ts'
import { importRows } from './import.ts'
import type { Structure } from './structure.ts'

const WIDTH = 12

type Ids = Map<string, string>

/** Counterparties that are not there yet; gives the ids of all by external id. */
export async function loadCounterparties(api: Api, { branches, employees }: Structure, { counterparties }: DemoData): Promise<Ids> {
  const known = await api.all('counterparties')
  const ids = new Map(known.filter(({ externalId }) => externalId !== '').map(({ externalId, id }) => [externalId as string, id as string]))
  const missing = counterparties.filter(({ externalId }) => !ids.has(externalId))
  await eachAtOnce(WIDTH, missing, async ({ externalId, branch, responsible, body }) => {
    const owner = { branchId: branches[branch], responsibleId: employees[responsible] }
    ids.set(externalId, (await api.post('counterparties', { ...body, ...owner, externalId }))['id'])
  })
  return ids
}

/** By the import: seven hundred rows take a second there. A person of two organisations stands in two rows. */
export async function loadPersons(api: Api, { persons }: DemoData): Promise<void> {
  const known = new Set((await api.all('contact-persons')).map(({ externalId }) => externalId))
  const missing = persons.filter(({ externalId }) => !known.has(externalId))
  if (missing.length === 0) return
  const rows = missing.flatMap(({ externalId, positions, body: { displayName, channels, birthday, note } }) =>
    positions.map(({ organisation, title, decisionRole }) => ({
      externalId,
      displayName,
      counterpartyExternalId: organisation,
      position: title,
      decisionRole,
      phone: channels.find(({ kind }) => kind === 'phone')?.value,
      email: channels.find(({ kind }) => kind === 'email')?.value,
      birthday,
      note,
    })),
  )
  await importRows(api, 'imports', { kind: 'contact-person' }, rows)
}

/** A request has no external id: one with the same subject on the same counterparty counts as the same. */
export async function loadRequests(api: Api, counterparties: Ids, { requests }: DemoData): Promise<void> {
  const known = new Set((await api.all('requests')).map(({ counterpartyId, subject }) => `${counterpartyId} ${subject}`))
  await eachAtOnce(WIDTH, requests, async ({ counterparty, ...body }) => {
    const counterpartyId = counterparties.get(counterparty)
    if (!known.has(`${counterpartyId} ${body.subject}`)) await api.post('requests', { ...body, counterpartyId })
  })
}

/** A counterparty that has a note keeps it and gets no second one. */
export async function loadNotes(api: Api, counterparties: Ids, { notes }: DemoData): Promise<void> {
  await eachAtOnce(WIDTH, notes, async ({ counterparty, text }) => {
    const path = `counterparties/${counterparties.get(counterparty)}`
    const { entries = [] } = await api.get(`${path}/timeline?pageSize=250`)
    if (entries.every(({ kind }: { kind: string }) => kind !== 'note')) await api.post(`${path}/notes`, { text })
  })
}
