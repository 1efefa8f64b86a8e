import { callerOfEmployee } from '@vitrylo/auth'
import { appendOutbox, type OutgoingEvent } from '@vitrylo/events'
import { inTx, type Tx } from '@vitrylo/pg'
import { endShares, type Deps } from '@vitrylo/service'
import type { Call } from '../call/model.ts'
import type { Applied, Change } from '../call/tracker.ts'
import { matchesOf, visibleNames } from '../party/party-sql.ts'
import { callEvents, correction } from './call-events.ts'
import { callFor, partiesOf, type CallRow } from './call-message.ts'
import { adoptEvents, insertEvents, moveEvents, removeCall, saveCall, type Found } from './call-sql.ts'

export type PbxPlace = { pbxId: string; branchId: string; clockOffsetMs: number }

/** Stores what new events of an exchange mean, whole or not at all, and tells the world. */
export async function recordCalls(deps: Deps, pbx: PbxPlace, applied: Applied): Promise<void> {
  if (applied.accepted.length === 0 && applied.changed.length === 0) return
  await inTx(deps.pool, async (tx) => {
    await insertEvents(tx, pbx.pbxId, applied.accepted, applied.callOf)
    for (const { from, into } of applied.merged) {
      await moveEvents(tx, from, into)
      await removeCall(tx, from)
      await endShares(tx, 'calls', [from], deps.now())
    }
    const events: OutgoingEvent[] = []
    for (const change of applied.changed) events.push(...(await recordChange(deps, tx, pbx, change)))
    await appendOutbox(tx, events)
  })
  deps.committed()
}

async function recordChange(deps: Deps, tx: Tx, pbx: PbxPlace, { before, after, facts }: Change): Promise<OutgoingEvent[]> {
  const number = after.customerNumber
  const isNew = number !== null && before?.customerNumber !== number && after.direction !== 'internal'
  const found = isNew ? await find(tx, number) : undefined
  const row = await saveCall(tx, after, { ...pbx, ownerId: ownerOf(after) }, found, deps.now())
  if (before === undefined) await adoptEvents(tx, pbx.pbxId, after)
  const events = await callEvents(row, facts, pbx.clockOffsetMs, (employeeId) => viewFor(deps, tx, row, employeeId))
  // Last of all, so that the last event of a call that is over always tells the whole call: the topic keeps no other for good.
  return before?.state === 'ended' ? [...events, correction(row)] : events
}

/** Exactly one counterparty: it is theirs. Several: nobody is chosen, the agent is asked. */
async function find(tx: Tx, number: string): Promise<Found> {
  const matches = await matchesOf(tx, number)
  const sure = matches.filter(({ reason }) => reason === 'exact')
  const counterparties = new Set(sure.map(({ counterpartyId }) => counterpartyId))
  const persons = new Set(sure.map(({ contactPersonId }) => contactPersonId))
  const counterpartyId = counterparties.size === 1 ? sure[0]!.counterpartyId : null
  return { counterpartyId, contactPersonId: counterpartyId !== null && persons.size === 1 ? sure[0]!.contactPersonId : null, matches }
}

/** Whose call it is for rights: who talks or talked last, before that whose phone rings. */
function ownerOf({ ownerAgent, answeredBy, offers, initiator }: Call): string | null {
  const ringing = offers.findLast(({ outcome }) => outcome === null) ?? offers.at(-1)
  return ownerAgent?.employeeId ?? answeredBy?.employeeId ?? ringing?.employeeId ?? initiator?.employeeId ?? null
}

/** What the employee may see: the card of a client of another branch stays closed, the call itself is shown. */
async function viewFor({ rights }: Deps, tx: Tx, row: CallRow, employeeId: string) {
  const caller = callerOfEmployee(rights.data(), employeeId)
  return callFor(row, caller === undefined ? new Map() : await visibleNames(tx, caller, partiesOf([row])))
}
