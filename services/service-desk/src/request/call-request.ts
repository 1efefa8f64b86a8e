import type { Call } from '@vitrylo/proto/vitrylo/telephony/v1/call.ts'
import { CallDirection, CallDisposition } from '@vitrylo/proto/vitrylo/telephony/v1/call.ts'
import { Request, RequestChannel } from '@vitrylo/proto/vitrylo/servicedesk/v1/request.ts'

/** Calls from outside ask for something; the others do not. */
export const asksForSomething = ({ direction }: Call): boolean => direction === CallDirection.INBOUND

/** Nobody of the firm talked with the caller. An exchange that died in a talk does not make it missed. */
export const isMissed = ({ disposition, answerTime }: Call): boolean =>
  disposition !== CallDisposition.ANSWERED && !(disposition === CallDisposition.LOST && answerTime !== undefined)

/** In place of a number that the caller hides, whatever word the exchange has for it. */
const WITHHELD = 'anonymous'

/** The request that a call asks for. Nobody has said yet what about: whoever shows it says whose call it is, in the language of the reader. */
export const requestOfCall = (call: Call): Request =>
  Request.fromPartial({
    channel: RequestChannel.CALL,
    counterpartyId: call.counterpartyId || undefined,
    contactPersonId: call.contactPersonId || undefined,
    phone: call.withheld ? WITHHELD : (call.customerNumber || call.customerNumberRaw).slice(0, 40),
    callId: call.id,
    missedCall: isMissed(call),
  })
