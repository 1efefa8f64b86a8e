import { appendOutbox } from '@vitrylo/events'
import { notFound } from '@vitrylo/errors'
import { one, sql, type Tx } from '@vitrylo/pg'
import { livingId, remembered, type Call } from '@vitrylo/service'
import { visibleNames } from '../party/party-sql.ts'
import { correction } from './call-events.ts'
import { anonymousCall, type CallRow } from './call-message.ts'
import { hearRequest, lockCall, setCallParty, setCallRequest, type ToldRequest } from './call-sql.ts'

/** An agent says whose call it was. Only a counterparty that the agent may see can be chosen. */
export async function setCounterparty(tx: Tx, { caller, now }: Call, id: string, given: string): Promise<CallRow> {
  const { counterpartyId } = (await one<{ counterpartyId: string }>(tx, sql`select ${livingId(given)} as "counterpartyId"`))!
  const call = await lockCall(tx, caller, id)
  if (call.counterparty_id === counterpartyId) return call
  remembered(anonymousCall(call))
  const visible = await visibleNames(tx, caller, [counterpartyId], ['counterparty'])
  if (!visible.has(counterpartyId)) throw notFound('counterparty', counterpartyId)
  const saved = await setCallParty(tx, id, counterpartyId, now)
  await appendOutbox(tx, [correction(saved)])
  return saved
}

/** The request that service-desk made of a call; a repeated event changes nothing, nor does a late one. */
export async function linkRequest(tx: Tx, id: string, told: ToldRequest): Promise<void> {
  if (!(await hearRequest(tx, id, told))) return
  const saved = await setCallRequest(tx, id, told.requestId)
  if (saved !== undefined) await appendOutbox(tx, [correction(saved)])
}
