import type { Call } from '@vitrylo/proto/vitrylo/telephony/v1/call.ts'
import { CallDirection, CallDisposition } from '@vitrylo/proto/vitrylo/telephony/v1/call.ts'
import { Request, RequestChannel } from '@vitrylo/proto/vitrylo/servicedesk/v1/request.ts'
import type { Language } from '../config.ts'

const TEXTS: Record<Language, { call: string; missed: string; withheld: string }> = {
  uk: { call: 'Дзвінок', missed: 'Пропущений дзвінок', withheld: 'прихований номер' },
  en: { call: 'Call', missed: 'Missed call', withheld: 'withheld number' },
}

/** Calls from outside ask for something; the others do not. */
export const asksForSomething = ({ direction }: Call): boolean => direction === CallDirection.INBOUND

/** Nobody of the firm talked with the caller. An exchange that died in a talk does not make it missed. */
export const isMissed = ({ disposition, answerTime }: Call): boolean =>
  disposition !== CallDisposition.ANSWERED && !(disposition === CallDisposition.LOST && answerTime !== undefined)

/** The request that a call asks for; `clientName` as we know the client, whom the call may name by the id alone. */
export function requestOfCall(call: Call, language: Language, clientName = ''): Request {
  const missedCall = isMissed(call)
  const texts = TEXTS[language]
  const number = call.withheld ? texts.withheld : call.customerNumber || call.customerNumberRaw || texts.withheld
  // With a dash and not "від": a name would have to be declined.
  const subject = `${missedCall ? texts.missed : texts.call} — ${call.contactPersonName || call.counterpartyName || clientName || number}`
  return Request.fromPartial({
    channel: RequestChannel.CALL,
    subject: subject.slice(0, 300),
    counterpartyId: call.counterpartyId || undefined,
    contactPersonId: call.contactPersonId || undefined,
    phone: (call.customerNumber || call.customerNumberRaw).slice(0, 40),
    callId: call.id,
    missedCall,
  })
}
