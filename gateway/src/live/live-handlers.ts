import { on, type BusEvent, type Handler } from '@vitrylo/events'
import { isUuid } from '@vitrylo/pg'
import { CounterpartyMergedEvent, CounterpartyMergeUndoneEvent, RequestChangedEvent, RequestClosedEvent, SubjectErasedEvent } from '@vitrylo/proto/events.ts'
import type { Contract } from '@vitrylo/proto/contract.ts'
import { appendLiveEvents, blankLiveEvents, RESYNC, type NewLiveEvent } from './live-event-sql.ts'

/** How far back a browser may go on from. */
export const RETENTION_MS = 86_400_000

/** Takes every event that browsers may be shown into the gateway's own table. */
export function liveHandlers({ events }: Contract, now: () => number): Handler[] {
  const live = events.filter((event) => event.live)
  const sections = new Map(live.map(({ type, section }) => [type, section]))
  const handle: Handler['handle'] = (tx, received) => {
    // A new installation reads its topics from the beginning: nobody waits for last week's calls.
    const oldest = now() - RETENTION_MS
    const news = received.filter(({ time }) => Date.parse(time) >= oldest)
    const rows = news.filter(({ headers }) => headers.quiet === undefined).map((event) => toLive(event, sections.get(event.type)!))
    const bulk = news.find(({ headers }) => headers.quiet !== undefined)
    return appendLiveEvents(tx, bulk === undefined ? rows : [...rows, toResync(bulk)])
  }
  const topics = [...new Set(live.map(({ topic }) => topic))]
  return [...topics.map((topic) => ({ topic, types: live.filter((event) => event.topic === topic).map(({ type }) => type), handle })), onErased]
}

/** What was told of a person who is erased is not told again to who comes back; they read everything anew. */
const onErased = on(SubjectErasedEvent, (tx, { subject }, event) => {
  const { counterpartyIds, contactPersonIds, recordIds } = subject!
  return blankLiveEvents(tx, [...counterpartyIds, ...contactPersonIds, ...recordIds], new Date(event.time))
})

/** One row for a bulk change: it tells browsers to read anew and says nothing else. */
const toResync = ({ id }: BusEvent): NewLiveEvent =>
  ({ id, type: RESYNC, section: '', branchId: null, ownerId: null, recipients: null, payload: '{}' })

type Data = Record<string, unknown>

/** The id is enough to read it anew, for who may. */
const withoutOther = (field: string) => (data: Data): Data => ({ ...data, [field]: { id: (data[field] as { id?: string } | undefined)?.id } })

function withoutJoined({ request, ...data }: Data): Data {
  const { sameAsId: _id, sameAsNumber: _number, ...rest } = (request ?? {}) as Data
  return { ...data, request: rest }
}

/** Events of two records that stand with one of them: who may see that one need not see the other. */
const ALONE: ReadonlyMap<string, (data: Data) => Data> = new Map([
  [CounterpartyMergedEvent.type, withoutOther('merged')], [CounterpartyMergeUndoneEvent.type, withoutOther('restored')],
  [RequestClosedEvent.type, withoutJoined], [RequestChangedEvent.type, withoutJoined],
])

function toLive({ id, type, time, key, data, headers }: BusEvent, own: string): NewLiveEvent {
  const { section = own, branch = null, owner = null, recipients, counterparty } = headers
  // Consents and notes stand with the record of their client.
  const recordId = section === 'counterparties' ? (counterparty ?? key) : key
  return {
    id,
    type,
    section,
    branchId: branch,
    ownerId: owner,
    recipients: recipients === undefined || recipients === '' ? null : recipients.split(','),
    recordId: isUuid(recordId) ? recordId : null,
    payload: JSON.stringify({ id, type, time, key, data: ALONE.get(type)?.(data) ?? data }),
  }
}
