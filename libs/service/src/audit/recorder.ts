import type { RightsStore } from '@vitrylo/auth'
import type { AppError } from '@vitrylo/errors'
import { accompanied, appendOutbox, type OutgoingEvent } from '@vitrylo/events'
import type { Pool, Tx } from '@vitrylo/pg'
import { AuditKind } from '@vitrylo/proto/vitrylo/audit/v1/audit.ts'
import type { Logger } from 'pino'
import { detailOf, factEvent, factOf, groundOf, type Deed } from './deed.ts'
import { auditKeyOf } from './key.ts'
import { createRefusals, type Refused } from './refusals.ts'
import { idIn } from './scope.ts'
import { everyMarked, shownIn, watchedSections, type Watched } from './shown.ts'

/** What a process tells the audit log beside what it writes. */
export type Recorder = {
  key: Buffer
  /** Resolves when it is stored: nothing leaves before. */
  exported(deed: Deed): Promise<void>
  /** Of an answer that shows fields whose reading is recorded; nothing leaves before it is stored. */
  shown(deed: Deed, typeName: string, answer: object): Promise<void>
  refused(refused: Refused): void
  /** Stores the refusals that wait. */
  flush(): Promise<void>
  stop(): Promise<void>
}

type Options = { pool: Pool; rights: RightsStore; now: () => Date; log: Logger; committed: () => void; /** Beside marked custom fields. */ watched?: Watched }

// What tells of a deed is not told of again.
const ALONE = { with: () => [] }

export async function createRecorder({ pool, rights, now, log, committed, watched: set }: Options): Promise<Recorder> {
  const store = async (events: readonly OutgoingEvent[]): Promise<void> => {
    await accompanied(ALONE, () => appendOutbox(pool as unknown as Tx, events))
    committed()
  }
  const refusals = createRefusals({ store, now, failed: (err) => log.warn({ err }, 'refusals could not be told to the audit log, will try again') })
  return {
    key: await auditKeyOf(pool),
    exported(deed) {
      const facts = [{ ...factOf(deed, AuditKind.EXPORT), recordId: idIn(deed.request), ground: groundOf(deed), detail: detailOf(deed.request) }]
      const { shows } = deed
      if (shows !== undefined && watchedSections(rights.data(), set)?.get(shows.section)?.includes(shows.field)) {
        facts.push({ ...factOf(deed, AuditKind.READ), section: shows.section, recordId: shows.recordId, fields: [shows.field], ground: groundOf(deed), detail: '' })
      }
      return store(facts.map((fact) => factEvent(fact, deed.now)))
    },
    async shown(deed, typeName, answer) {
      // A program reads by the thousand what people look up one by one: of it every marked field of the contract is told.
      const watched = watchedSections(rights.data(), deed.caller.integration === undefined ? set : everyMarked())
      if (watched === undefined) return
      const facts = shownIn(typeName, answer, watched).map(({ section, recordIds, fields }) => ({
        ...factOf(deed, AuditKind.READ), section, fields, ground: groundOf(deed), count: recordIds.length,
        ...(recordIds.length === 1 ? { recordId: recordIds[0]! } : { recordIds }),
      }))
      if (facts.length > 0) await store(facts.map((fact) => factEvent(fact, deed.now)))
    },
    refused: refusals.add,
    flush: refusals.flush,
    stop: refusals.stop,
  }
}

const REFUSALS = new Set(['PERMISSION_DENIED', 'UNAUTHENTICATED', 'NOT_FOUND'])

/** Refusals are those of rights; a record out of reach is refused as one that is not there. */
export const isRefusal = (error: AppError): boolean => REFUSALS.has(error.code)
