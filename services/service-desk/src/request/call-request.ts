import type { Call } from '@vitrylo/proto/vitrylo/telephony/v1/call.ts'
import { CallDirection, CallDisposition } from '@vitrylo/proto/vitrylo/telephony/v1/call.ts'
import { Request, RequestChannel } from '@vitrylo/proto/vitrylo/servicedesk/v1/request.ts'
import type { Language } from '../config.ts'

type Texts = { call: string; missed: string; withheld: string; at(time: string): string; line(number: string): string }

const TEXTS: Record<Language, Texts> = {
  uk: {
    call: 'Дзвінок',
    missed: 'Пропущений дзвінок',
    withheld: 'прихований номер',
    at: (time) => ` ${time.startsWith('11') ? 'об' : 'о'} ${time}`,
    line: (number) => ` на номер ${number}`,
  },
  en: { call: 'Call', missed: 'Missed call', withheld: 'withheld number', at: (time) => ` at ${time}`, line: (number) => ` to ${number}` },
}

/** How this firm writes. */
export type Manner = { language: Language; timeZone: string }

/** Calls from outside ask for something; the others do not. */
export const asksForSomething = ({ direction }: Call): boolean => direction === CallDirection.INBOUND

/** Nobody of the firm talked with the caller. An exchange that died in a talk does not make it missed. */
export const isMissed = ({ disposition, answerTime }: Call): boolean =>
  disposition !== CallDisposition.ANSWERED && !(disposition === CallDisposition.LOST && answerTime !== undefined)

/** The request that a call asks for; `clientName` as we know the client, whom the call may name by the id alone. */
export function requestOfCall(call: Call, manner: Manner, clientName = ''): Request {
  const missedCall = isMissed(call)
  const { missed, call: answered, withheld } = TEXTS[manner.language]
  const number = call.withheld ? withheld : call.customerNumber || call.customerNumberRaw || withheld
  // With a dash and not "від": a name would have to be declined.
  const subject = `${missedCall ? missed : answered}${whenAndWhere(call, manner)} — ${call.contactPersonName || call.counterpartyName || clientName || number}`
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

/** Tells two calls of one client apart: the time, and the number of ours that was dialled. */
function whenAndWhere({ startTime, line }: Call, { language, timeZone }: Manner): string {
  const { at, line: to } = TEXTS[language]
  const time = startTime?.toLocaleTimeString('uk', { hour: '2-digit', minute: '2-digit', timeZone })
  return (time === undefined ? '' : at(time)) + (line === '' ? '' : to(line))
}
