import {
  Call as CallMessage,
  CallCertainty,
  CallDirection,
  CallDisposition,
  CallOrigin,
  CallParty,
  CallState,
  TransferKind,
  type CallAgent,
} from '@vitrylo/proto/vitrylo/telephony/v1/call.ts'
import { fromWord } from '@vitrylo/proto/words.ts'
import type { Call, Party } from '../call/model.ts'
import type { Match } from '../party/party-sql.ts'

/** A call as it is stored. */
export type CallRow = {
  id: string
  pbx_id: string
  branch_id: string
  owner_id: string | null
  facts: Call
  counterparty_id: string | null
  contact_person_id: string | null
  matches: Match[]
  request_id: string | null
  revision: number
  created_at: Date
  updated_at: Date
}

type Names = ReadonlyMap<string, string>

const time = (ms: number | null): Date | undefined => (ms === null ? undefined : new Date(ms))
const agent = (party: Party): CallAgent => ({ extension: party.extension, employeeId: party.employeeId ?? '' })

/** Figures of a call, without saying whose number it is. */
function figures(call: Call): Partial<CallMessage> {
  return {
    pbxId: call.pbxId,
    direction: fromWord(CallDirection, call.direction),
    origin: fromWord(CallOrigin, call.origin),
    state: fromWord(CallState, call.state),
    customerNumber: call.customerNumber ?? '',
    customerNumberRaw: call.customerNumberRaw,
    withheld: call.withheld,
    line: call.line,
    queues: call.queues,
    agentsRung: call.agentsRung.map(agent),
    answeredBy: call.answeredBy === null ? undefined : agent(call.answeredBy),
    ownerAgent: call.ownerAgent === null ? undefined : agent(call.ownerAgent),
    startTime: time(call.startTime),
    answerTime: time(call.answerTime),
    endTime: time(call.endTime),
    waitSeconds: call.waitSeconds,
    talkSeconds: call.talkSeconds,
    holdSeconds: call.holdSeconds,
    holdCount: call.holdCount,
    transfers: call.transfers.map(({ kind, by, to }) => ({ kind: fromWord(TransferKind, kind), by, to })),
    disposition: call.disposition === null ? CallDisposition.UNSPECIFIED : fromWord(CallDisposition, call.disposition),
    endedBy: call.endedBy === null ? CallParty.UNSPECIFIED : fromWord(CallParty, call.endedBy),
    certainty: fromWord(CallCertainty, call.certainty),
  }
}

const base = (row: CallRow): Partial<CallMessage> => ({
  id: row.id,
  etag: String(row.revision),
  createTime: row.created_at,
  updateTime: row.updated_at,
  requestId: row.request_id ?? '',
  branchId: row.branch_id,
  ...figures(row.facts),
})

/** What other services and every reader of the branch may know: whose number it is travels as an id, never as a name. */
export const anonymousCall = (row: CallRow): CallMessage =>
  CallMessage.fromPartial({
    ...base(row),
    counterpartyId: row.counterparty_id ?? '',
    contactPersonId: row.contact_person_id ?? '',
  })

/** For a reader who may see the parties in `names`; others do not exist for them. */
export function callFor(row: CallRow, names: Names): CallMessage {
  const known = (id: string | null): string => (id !== null && names.has(id) ? id : '')
  const name = (id: string | null): string => names.get(id ?? '') ?? ''
  return CallMessage.fromPartial({
    ...base(row),
    counterpartyId: known(row.counterparty_id),
    counterpartyName: name(row.counterparty_id),
    contactPersonId: known(row.contact_person_id),
    contactPersonName: name(row.contact_person_id),
    matches: row.matches
      .filter(({ counterpartyId }) => names.has(counterpartyId))
      .map(({ counterpartyId, contactPersonId, reason }) => ({
        counterpartyId,
        counterpartyName: name(counterpartyId),
        contactPersonId: known(contactPersonId),
        contactPersonName: name(contactPersonId),
        reason,
      })),
  })
}

/** Every party that a call names. */
export const partiesOf = (rows: readonly CallRow[]): string[] => [
  ...new Set(
    rows.flatMap((row) => [
      row.counterparty_id,
      row.contact_person_id,
      ...row.matches.flatMap(({ counterpartyId, contactPersonId }) => [counterpartyId, contactPersonId]),
    ]),
  ),
].filter((id) => id !== null)
