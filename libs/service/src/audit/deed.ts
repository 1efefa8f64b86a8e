import type { Caller, Ground, RightsData, RightsStore } from '@vitrylo/auth'
import type { OutgoingEvent } from '@vitrylo/events'
import type { Pool } from '@vitrylo/pg'
import { AuditFactEvent } from '@vitrylo/proto/events.ts'
import type { AuditFact, AuditGround, AuditKind } from '@vitrylo/proto/vitrylo/audit/v1/audit.ts'
import { newId } from '@vitrylo/pg'
import { auditKeyOf } from './key.ts'

/** Something that somebody does: who, when, from where, by what right. */
export type Deed = {
  caller: Caller
  section: string
  action: string
  /** RPC without its package, or the name of a job. */
  method: string
  sessionId?: string
  address: string
  now: Date
  /** Of a call: the record is named there when nothing else names it. */
  request?: unknown
  /** Section of the record that the RPC answers with; empty when it answers with none. */
  answers?: string
  /** The field whose content a download gives: where its reading is recorded, it is told of as such too. */
  shows?: { section: string; recordId: string; field: string }
  /** A download that turned out to give no bytes: what the caller has is still so. */
  gaveNothing?: boolean
  /** Done in the background: who began it is named, and it is told only when it stores something. */
  job?: boolean
  /** A job that is told of also when it stores no event: it takes something away. */
  always?: boolean
  /** Where the record is, when it stores no event that says so. */
  place?: { branchId?: string | undefined; ownerId?: string | undefined }
  /** One of many: the people whom it concerns are told of all of them at once, by who does it. */
  notified?: boolean
  /** By the rules of the house, because of an event: no right was asked. */
  system?: boolean
  key: Buffer
  rights: () => RightsData
}

/** What a job does for somebody. `request`: which job, so that it can be found. */
export type JobDeed = Pick<Deed, 'caller' | 'section' | 'action' | 'method' | 'now' | 'request' | 'always' | 'notified'>

export const deedOfJob = async ({ pool, rights }: { pool: Pool; rights: RightsStore }, deed: JobDeed): Promise<Deed> =>
  ({ ...deed, address: '', job: true, key: await auditKeyOf(pool), rights: () => rights.data() })

export type Place = { branchId?: string; ownerId?: string }

/** A fact as it goes into the outbox. The key keeps the order of each record. */
export function factEvent(fact: AuditFact, time: Date): OutgoingEvent<AuditFact> {
  return { id: newId(), type: AuditFactEvent, key: `${fact.section}/${fact.recordId || newId()}`, revision: time.getTime(), data: fact, time }
}

/** What is known of a deed without its record. */
export function factOf({ caller, section, action, method, sessionId, address, job, request }: Deed, kind: AuditKind): AuditFact {
  return {
    kind, section, action, method, recordId: '', recordIds: [],
    actorId: caller.employeeId ?? '', username: caller.username, client: caller.client ?? '', sessionId: sessionId ?? '', address,
    ground: undefined, reason: '', count: 1, fields: [], changes: [], beforeHash: '', afterHash: '',
    branchId: caller.branchId ?? '', ownerId: caller.employeeId ?? '', detail: job ? detailOf(request) : '',
  }
}

/** The rule by which the deed was allowed, for the record at its place. A share is known by its record alone. */
export function groundOf({ caller, section, action, system }: Deed, place?: Place): AuditGround | undefined {
  if (system) return undefined
  const whole = { section, action, group: '', scope: '', share: false, inSteadOf: '' }
  if (section === '') return whole
  const asked = place?.branchId === undefined && place?.ownerId === undefined ? undefined : place
  const found: Ground | undefined = caller.ground(section, action, asked)
  if (found?.rule === undefined) return { ...whole, share: asked !== undefined }
  return { ...whole, group: found.rule.group, scope: found.rule.scope, inSteadOf: found.inSteadOf ?? '' }
}

const MAX_DETAIL = 4_000

/** What was asked for, as text. */
export const detailOf = (request: unknown): string =>
  (JSON.stringify(request, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value)) ?? '').slice(0, MAX_DETAIL)
