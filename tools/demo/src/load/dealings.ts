import { PURPOSES } from '../consents.ts'
import type { DemoData } from '../generate.ts'
import { MESSAGES } from '../staff.ts'
import { eachAtOnce, type Api } from './api.ts'
import type { Structure } from './structure.ts'

const WIDTH = 8

type Ids = ReadonlyMap<string, string>

/** One of the same subject with the same client counts as the same. */
export async function loadInteractions(api: Api, ids: Ids, { employees }: Structure, { interactions }: DemoData): Promise<void> {
  const there = new Set((await api.all('interactions')).map(({ counterpartyIds, subject }) => `${counterpartyIds[0]} ${subject}`))
  const persons = new Map((await api.all('contact-persons')).map(({ externalId, id }) => [externalId as string, id as string]))
  const missing = interactions.filter(({ counterparty, body }) => !there.has(`${ids.get(counterparty)} ${body.subject}`))
  await eachAtOnce(WIDTH, missing, async ({ counterparty, person, owner, body }) => {
    const contactPersonIds = [persons.get(person ?? '')].filter((id) => id !== undefined)
    await api.post('interactions', { ...body, counterpartyIds: [ids.get(counterparty)], contactPersonIds, ownerId: employees[owner] })
  })
}

export async function loadConsents(api: Api, ids: Ids, { consents }: DemoData): Promise<void> {
  const known = await api.all('consent-purposes')
  const purposes = new Map<string, string>()
  for (const purpose of PURPOSES) purposes.set(purpose.name.uk, (known.find(({ name }) => name.uk === purpose.name.uk) ?? (await api.post('consent-purposes', purpose)))['id'])
  const there = new Map((await api.all('consents')).map((consent) => [`${consent['counterpartyId']} ${consent['purposeId']}`, consent]))
  await eachAtOnce(WIDTH, consents, async ({ counterparty, purpose, withdrawn, ...body }) => {
    const about = { counterpartyId: ids.get(counterparty)!, purposeId: purposes.get(purpose)! }
    // A load that was killed between the two left it given.
    const { id, withdrawTime } = there.get(`${about.counterpartyId} ${about.purposeId}`) ?? (await api.post('consents', { ...body, ...about }))
    if (withdrawn && withdrawTime === undefined) await api.post(`consents/${id}:withdraw`, { source: 'letter', evidence: 'лист на пошту' })
  })
}

export async function loadMessages(api: Api): Promise<void> {
  const there = new Set((await api.all('messages')).map(({ text }) => text))
  for (const text of MESSAGES) if (!there.has(text)) await api.post('messages:broadcast', { text, everybody: true })
}
