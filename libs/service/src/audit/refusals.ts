import type { OutgoingEvent } from '@vitrylo/events'
import { AuditKind, type AuditFact } from '@vitrylo/proto/vitrylo/audit/v1/audit.ts'
import { factEvent } from './deed.ts'

/** What is known of who was refused. */
export type Refused = {
  section: string
  action: string
  method: string
  recordId: string
  reason: string
  actorId: string
  username: string
  client: string
  sessionId: string
  address: string
  branchId: string
}

type Counted = { fact: AuditFact; at: Date; waiting: number; until: number }

type Options = {
  /** Stores them. What fails is tried again with the next ones. */
  store: (events: readonly OutgoingEvent[]) => Promise<void>
  now: () => Date
  failed: (error: unknown) => void
  /** Kinds of refusals that are told apart at once; the rest is counted under one. */
  most?: number
  afterMs?: number
}

const MINUTE_MS = 60_000
const MOST = 1_000

/**
 * Takes refusals without holding up the answer. The first of its kind (who, which method, why) is stored within a second;
 * what follows within a minute is counted and stored as one, so that a flood fills nothing. A process that is killed loses
 * what waits.
 */
export function createRefusals({ store, now, failed, most = MOST, afterMs = 500 }: Options) {
  const counted = new Map<string, Counted>()
  let timer: NodeJS.Timeout | undefined
  let storing: Promise<void> | undefined

  const wake = (ms: number): void => {
    timer ??= setTimeout(() => {
      timer = undefined
      void flush(false)
    }, ms).unref()
  }

  /** `all`: also what would wait for its minute to end. */
  async function flush(all: boolean): Promise<void> {
    while (storing !== undefined) await storing
    const at = now().getTime()
    const due = [...counted.values()].filter((each) => each.waiting > 0 && (all || each.fact.count === 0 || each.until <= at))
    const taken = due.map((each) => ({ each, count: each.waiting }))
    for (const { each, count } of taken) Object.assign(each, { waiting: 0, fact: { ...each.fact, count } })
    const stored = taken.map(({ each, count }) => factEvent({ ...each.fact, count }, each.at))
    storing = stored.length === 0 ? undefined : store(stored).catch((error: unknown) => {
      for (const { each, count } of taken) Object.assign(each, { waiting: each.waiting + count, fact: { ...each.fact, count: 0 } })
      failed(error)
    })
    await storing
    storing = undefined
    for (const [key, { waiting, until }] of counted) if (waiting === 0 && until <= at) counted.delete(key)
    if (counted.size > 0 && !all) wake(afterMs)
  }

  return {
    add(refused: Refused): void {
      const { method, reason, username, address } = refused
      // Who has no name is one of many from an address, whatever they knock at: they could fill the log with every door that there is.
      const known = (username === '' ? ['', address, reason] : [username, method, reason]).join('\n')
      const key = counted.has(known) || counted.size < most ? known : ''
      const at = now()
      let found = counted.get(key)
      if (found === undefined || (found.waiting === 0 && found.until <= at.getTime())) {
        counted.set(key, (found = { fact: key === '' ? factOfMany(refused) : factOf(refused), at, waiting: 0, until: at.getTime() + MINUTE_MS }))
      }
      if (found.waiting++ === 0) found.at = at
      wake(afterMs)
    },
    flush: () => flush(true),
    async stop(): Promise<void> {
      clearTimeout(timer)
      await flush(true)
    },
  }
}

// The count is 0 until the first was stored.
const factOf = ({ actorId, branchId, ...rest }: Refused): AuditFact => ({
  ...rest, kind: AuditKind.REFUSAL, recordIds: [], actorId, ground: undefined, count: 0, fields: [], changes: [], beforeHash: '', afterHash: '',
  branchId, ownerId: actorId, detail: '',
})

const factOfMany = (refused: Refused): AuditFact =>
  factOf({ ...refused, section: '', action: '', method: 'many', recordId: '', actorId: '', username: '', client: '', sessionId: '', address: '', branchId: '' })
