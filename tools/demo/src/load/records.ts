import type { DemoData } from '../generate.ts'
import { eachAtOnce, type Api } from './api.ts'
import { importRows } from './import.ts'
import type { Structure } from './structure.ts'

const WIDTH = 12

type Ids = Map<string, string>

/** The column `more` of an import takes words as the contract names them. */
const named = (prefix: string, word: string): string => `${prefix}_${word.replaceAll('-', '_').toUpperCase()}`
const asStored = ({ roles, channels, addresses, ...rest }: Omit<DemoData['counterparties'][number]['body'], 'kind' | 'displayName'>) => ({
  ...rest,
  roles: roles.map((word) => named('COUNTERPARTY_ROLE', word)),
  channels: channels.map((channel) => ({ ...channel, kind: named('CHANNEL_KIND', channel.kind) })),
  addresses: addresses.map((address) => ({ ...address, kind: named('ADDRESS_KIND', address.kind) })),
})

/** By the import, which knows since when another system had them. Those that are not there yet; gives the ids of all by external id. */
export async function loadCounterparties(api: Api, { branches, employees }: Structure, { counterparties }: DemoData): Promise<Ids> {
  const known = await api.all('counterparties')
  const ids = new Map(known.filter(({ externalId }) => externalId !== '').map(({ externalId, id }) => [externalId as string, id as string]))
  const missing = counterparties.filter(({ externalId }) => !ids.has(externalId))
  if (missing.length === 0) return ids
  const rows = missing.map(({ externalId, branch, responsible, createTime, body: { kind, displayName, ...more } }) => ({
    externalId, kind, displayName, branchId: branches[branch], responsibleId: employees[responsible], createTime: createTime.toISOString(), more: JSON.stringify(asStored(more)),
  }))
  await importRows(api, 'imports', { kind: 'counterparty' }, rows)
  for (const { externalId, id } of await api.all('counterparties')) if (externalId !== '') ids.set(externalId, id)
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

type Step = { verb: string; body: object; to: string }

/** Only an employee takes a request; one that comes back to where it was waited for is in work again. */
function stepsTo(state: string, resolution: string | undefined): Step[] {
  const close = { verb: 'close', body: { resolution }, to: 'closed' }
  const wait = { verb: 'wait', body: {}, to: 'waiting' }
  const byState: Record<string, Step[]> = { closed: [close], waiting: [wait], 'in-progress': [wait, close, { verb: 'reopen', body: {}, to: 'in-progress' }] }
  return byState[state] ?? []
}

/** A request has no external id: one with the same subject on the same counterparty counts as the same. */
export async function loadRequests(api: Api, counterparties: Ids, { requests }: DemoData): Promise<void> {
  const known = new Map((await api.all('requests')).map((request) => [`${request['counterpartyId']} ${request['subject']}`, request]))
  await eachAtOnce(WIDTH, requests, async ({ counterparty, state, resolution, ...body }) => {
    const counterpartyId = counterparties.get(counterparty)
    const { id, state: reached, resolution: came } = known.get(`${counterpartyId} ${body.subject}`) ?? (await api.post('requests', { ...body, counterpartyId }))
    const steps = stepsTo(state, resolution)
    // A load that was killed left it on its way; one that somebody closed with words of their own is theirs.
    const at = reached === 'closed' && came !== resolution ? steps.length : steps.findIndex((step) => step.to === reached) + 1
    if (reached === 'new' || at > 0) for (const { verb, body: with_ } of steps.slice(at)) await api.post(`requests/${id}:${verb}`, with_)
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
