import type { handleUnaryCall } from '@grpc/grpc-js'
import { decide, decideFields, etagOfShares, holdersMoved, identitiesOf, isNewRevision, lockShares, nextRevisions, replaceShares, scopeOf, sharesOf, sharesOfAll, viewOnly, type Caller, type ChangedHolder, type GivenShare, type Ground, type LimitDecision, type Question, type RightsData } from '@vitrylo/auth'
import { etagMismatch, invalid, notFound } from '@vitrylo/errors'
import { accompanied, appendOutbox, on, type BusEvent, type Handler } from '@vitrylo/events'
import { many, one, sql, type Db, type Sql, type Tx } from '@vitrylo/pg'
import { RecordSharesChangedEvent } from '@vitrylo/proto/events.ts'
import { Outcome, type AccessDecision, type Ground as GroundMessage } from '@vitrylo/proto/vitrylo/directory/v1/access_decision.ts'
import { FieldLimitKind, FieldOutcome, type FieldDecision } from '@vitrylo/proto/vitrylo/directory/v1/field_limit.ts'
import { Scope } from '@vitrylo/proto/vitrylo/directory/v1/grant.ts'
import { Action } from '@vitrylo/proto/vitrylo/options.ts'
import type { ExplainAccessRequest, ListSharesRequest, SetSharesRequest, Share, SharesResponse } from '@vitrylo/proto/vitrylo/sharing/v1/sharing.ts'
import { fromWord, wordOf } from '@vitrylo/proto/words.ts'
import type { Deps } from './define.ts'
import type { Handlers } from './serve.ts'

/** What every access service of the contract offers, under whatever name. */
type AccessServer = {
  listShares: handleUnaryCall<ListSharesRequest, SharesResponse>
  setShares: handleUnaryCall<SetSharesRequest, SharesResponse>
  explainAccess: handleUnaryCall<ExplainAccessRequest, AccessDecision>
}

/** Where the records of a section are. `removed`: which of them are there only to come back. */
export type RecordPlace = { table: Sql; branch: Sql; owner: Sql; removed?: Sql }

/** The RPCs of an access service: they stand in the service that has the records, so that what decides also explains. */
export function accessService({ pool, rights }: Deps, section: string, { table, branch, owner, removed = sql`false` }: RecordPlace): Handlers<AccessServer> {
  async function placeOf(db: Db, caller: Caller, action: string, id: string, lock = sql``): Promise<{ branchId?: string; ownerId?: string }> {
    // Sharing takes a right of one's own: who was let in neither prolongs that nor passes it on.
    const scope = scopeOf(caller, section, action, action === 'view' ? { branch, owner, record: sql`id` } : { branch, owner })
    const row = await one<{ branchId: string | null; ownerId: string | null }>(
      db,
      sql`select ${branch} as "branchId", ${owner} as "ownerId" from ${table} where id = ${id} and ${scope} ${action === 'view' ? sql`` : sql`and not ${removed}`} ${lock}`,
    )
    if (row === undefined) {
      if (action !== 'view' && (await isSeen(db, caller, id))) throw viewOnly(section, action, id, 'share')
      throw notFound('record', id)
    }
    return { branchId: row.branchId ?? undefined, ownerId: row.ownerId ?? undefined }
  }
  const isSeen = async (db: Db, caller: Caller, id: string): Promise<boolean> =>
    (await one(db, sql`select 1 as yes from ${table} where id = ${id} and ${scopeOf(caller, section, 'view', { branch, owner, record: sql`id` })} and not ${removed}`)) !== undefined
  return {
    listShares: async ({ recordId }, { caller }) => {
      await placeOf(pool, caller, 'change', recordId)
      return answered(await sharesOf(pool, section, recordId))
    },
    setShares: ({ recordId, shares, etag }, { caller, now, transact }) =>
      transact(async (tx) => {
        // Whoever removes the record waits: the shares end with it.
        const place = await placeOf(tx, caller, 'change', recordId, sql`for key share`)
        await lockShares(tx, section, recordId)
        const former = await sharesOf(tx, section, recordId)
        if (etag !== '' && etag !== etagOfShares(former)) throw etagMismatch('shares', recordId)
        assertHolders(rights.data(), shares)
        assertEnds(shares, former, now)
        const given = shares.map((share): GivenShare => ({
          holder: share.holder,
          action: wordOf(Action, share.action),
          until: share.untilTime ?? null,
          givenBy: caller.employeeId ?? caller.username,
          givenAt: now,
        }))
        await replaceShares(tx, section, recordId, given)
        await tellShares(tx, section, [recordId], now, place)
        return answered(await sharesOf(tx, section, recordId))
      }),
    explainAccess: async ({ recordId, employeeId, action }, { caller, now }) => {
      const place = await placeOf(pool, caller, 'view', recordId)
      const shares = (await sharesOf(pool, section, recordId)).map(({ holder, action: given, until }) => ({ holder, action: given, until: until?.getTime() }))
      return explain(rights.data(), employeeId, { section, action: wordOf(Action, action), record: { ...place, shares } }, now)
    },
  }
}

/**
 * Opens a new record to an employee whom the rules did not give it to, until then, in the name of the system: they change it within their own right
 * to the section. What denies it to them goes on denying it. No notice is sent: they are at work on it.
 */
export async function letIn(tx: Tx, section: string, recordId: string, { employeeId, until }: { employeeId: string; until: Date }, now: Date): Promise<void> {
  await lockShares(tx, section, recordId)
  await replaceShares(tx, section, recordId, [{ holder: employeeId, action: 'change', until, givenBy: 'system', givenAt: now }])
  await tellShares(tx, section, [recordId], now)
}

/** Tells other services who is let in from now on; under `lockShares`. In nobody's company: the entry of the audit is that of the command. */
export async function tellShares(tx: Tx, section: string, recordIds: readonly string[], now: Date, place: { branchId?: string; ownerId?: string } = {}): Promise<void> {
  const revisions = await nextRevisions(tx, section, recordIds, now)
  const shares = Map.groupBy(await sharesOfAll(tx, section, recordIds), ({ recordId }) => recordId)
  const events = recordIds.map((recordId) => ({
    type: RecordSharesChangedEvent, key: recordId, revision: revisions.get(recordId)!, time: now, ...place,
    data: { section, recordId, shares: (shares.get(recordId) ?? []).map(toMessage) },
  }))
  await accompanied({ with: () => [] }, () => appendOutbox(tx, events))
}

/** The shares of records that are removed or emptied end with them, in the same transaction. */
export async function endShares(tx: Tx, section: string, recordIds: readonly string[], now: Date): Promise<void> {
  if (recordIds.length === 0) return
  await lockShares(tx, section, ...recordIds)
  const ended = await many<{ id: string; holder: string }>(
    tx,
    sql`delete from record_share where section = ${section} and record_id = any(${recordIds}::uuid[]) returning record_id as id, holder`,
  )
  if (ended.length === 0) return
  await holdersMoved(tx, ended.map(({ holder }) => holder))
  await tellShares(tx, section, [...new Set(ended.map(({ id }) => id))], now)
}

/** What a service does with what it hears of the shares of a record of another. */
export type OnShares = (tx: Tx, told: { section: string; recordId: string; shares: GivenShare[]; changed: ChangedHolder[] }, event: BusEvent) => Promise<void>

/** For services that tell of records of others: whoever is let in to one reads what is told of it. `own`: sections whose shares are given here. */
export const sharesHandler = (own: readonly string[], also?: OnShares): Handler =>
  on(RecordSharesChangedEvent, async (tx, { section, recordId, shares: told }, event) => {
    if (own.includes(section)) return
    await lockShares(tx, section, recordId)
    if (!(await isNewRevision(tx, section, recordId, event.revision))) return
    const shares = told.map(({ holder, action, untilTime, givenBy, givenTime }): GivenShare => (
      { holder, action: wordOf(Action, action), until: untilTime ?? null, givenBy, givenAt: givenTime! }))
    const changed = await replaceShares(tx, section, recordId, shares)
    await also?.(tx, { section, recordId, shares, changed }, event)
  })

/** Why an employee may or may not. */
export function explain(data: RightsData, employeeId: string, question: Question, now: Date): AccessDecision {
  const employee = data.employees.get(employeeId)
  if (employee === undefined) throw notFound('employee', employeeId)
  const identities = identitiesOf(data, employee)
  const { allowed, grounds } = decide(data, identities, question, now.getTime())
  const fields = decideFields(data, identities, question, now.getTime())
  return { allowed, grounds: grounds.map(toGround), fields: fields.map(toFieldDecision) }
}

const time = (at: number | undefined): Date | undefined => (at === undefined || !Number.isFinite(at) ? undefined : new Date(at))

const toFieldDecision = ({ field, limit, grounds }: LimitDecision): FieldDecision => ({
  field,
  limit: limit === undefined ? FieldLimitKind.UNSPECIFIED : fromWord(FieldLimitKind, limit),
  grounds: grounds.map(({ outcome, rule, inSteadOf }) => ({
    outcome: fromWord(FieldOutcome, outcome), group: rule.group, limit: fromWord(FieldLimitKind, rule.limit), yields: rule.yields,
    fromTime: time(rule.from), untilTime: time(rule.until), inSteadOf,
  })),
})

function toGround({ outcome, rule, share, inSteadOf }: Ground): GroundMessage {
  return {
    outcome: fromWord(Outcome, outcome),
    group: rule?.group ?? share!.holder,
    share: share !== undefined,
    deny: rule?.effect === 'deny',
    scope: rule === undefined ? Scope.UNSPECIFIED : fromWord(Scope, rule.scope),
    fromTime: time(rule?.from),
    untilTime: time(rule?.until ?? share?.until),
    inSteadOf,
  }
}

const answered = (shares: GivenShare[]): SharesResponse => ({ shares: shares.map(toMessage), etag: etagOfShares(shares) })

const toMessage = ({ holder, action, until, givenBy, givenAt }: GivenShare): Share => ({
  holder, action: fromWord(Action, action), untilTime: until ?? undefined, givenBy, givenTime: givenAt,
})

function assertHolders({ employees, rules }: RightsData, shares: readonly Share[]): void {
  const wrong = shares.flatMap(({ holder }, index) => {
    const field = `shares[${index}].holder`
    if (!employees.has(holder) && !rules.has(holder)) return [{ field, rule: 'reference', description: 'no such group or employee' }]
    return shares.findIndex((other) => other.holder === holder) === index ? [] : [{ field, rule: 'unique', description: 'is named twice' }]
  })
  if (wrong.length > 0) throw invalid(wrong)
}

/** One that has ended stays in the list as it is; none is given that never opens anything. */
function assertEnds(shares: readonly Share[], former: readonly GivenShare[], now: Date): void {
  const wrong = shares.flatMap(({ holder, action, untilTime }, index) => {
    const isFormer = former.some((one) => one.holder === holder && one.action === wordOf(Action, action) && one.until?.getTime() === untilTime?.getTime())
    const isPast = untilTime !== undefined && untilTime.getTime() <= now.getTime() && !isFormer
    return isPast ? [{ field: `shares[${index}].untilTime`, rule: 'future', description: 'must be in the future; to end a share leave it out' }] : []
  })
  if (wrong.length > 0) throw invalid(wrong)
}
