import { appendOutbox } from '@vitrylo/events'
import { invalid, notFound } from '@vitrylo/errors'
import { one, sql, type Tx } from '@vitrylo/pg'
import type { SetCallCounterpartyRequest } from '@vitrylo/proto/vitrylo/telephony/v1/call_service.ts'
import { livingId, remembered, type Call } from '@vitrylo/service'
import { isPersonOf, visibleNames } from '../party/party-sql.ts'
import { correction } from './call-events.ts'
import { anonymousCall, type CallRow } from './call-message.ts'
import { hearRequest, lockCall, setCallParty, setCallRequest, type ToldRequest } from './call-sql.ts'

/** An agent says whose call it was, and who of them spoke. Only whom the agent may see can be chosen. */
export async function setCounterparty(tx: Tx, { caller, now }: Call, { id, ...given }: SetCallCounterpartyRequest): Promise<CallRow> {
  const { counterpartyId } = (await one<{ counterpartyId: string }>(tx, sql`select ${livingId(given.counterpartyId)} as "counterpartyId"`))!
  const { contactPersonId } = given
  const call = await lockCall(tx, caller, id)
  if (call.counterparty_id === counterpartyId && (contactPersonId ?? call.contact_person_id) === call.contact_person_id) return call
  remembered(anonymousCall(call))
  const visible = await visibleNames(tx, caller, [counterpartyId], ['counterparty'])
  if (!visible.has(counterpartyId)) throw notFound('counterparty', counterpartyId)
  if (contactPersonId !== undefined) {
    if (!(await visibleNames(tx, caller, [contactPersonId], ['person'])).has(contactPersonId)) throw notFound('contact-person', contactPersonId)
    if (!(await isPersonOf(tx, contactPersonId, counterpartyId))) throw invalid([{ field: 'contactPersonId', rule: 'choice', description: 'must be a contact person of the counterparty' }])
  }
  const saved = await setCallParty(tx, id, { counterpartyId, contactPersonId }, now)
  await appendOutbox(tx, [correction(saved)])
  return saved
}

/** The request that service-desk made of a call; a repeated event changes nothing, nor does a late one. */
export async function linkRequest(tx: Tx, id: string, told: ToldRequest): Promise<void> {
  if (!(await hearRequest(tx, id, told))) return
  const saved = await setCallRequest(tx, id, told.requestId)
  if (saved !== undefined) await appendOutbox(tx, [correction(saved)])
}
