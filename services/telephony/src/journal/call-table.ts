import type { Table, Words } from '@vitrylo/imports'
import type { Pool } from '@vitrylo/pg'
import { Call, CallDirection, CallDisposition } from '@vitrylo/proto/vitrylo/telephony/v1/call.ts'
import { visibleNames } from '../party/party-sql.ts'
import { callFor, partiesOf } from './call-message.ts'
import { listCalls } from './call-sql.ts'

const DIRECTIONS: Partial<Record<CallDirection, Words>> = {
  [CallDirection.INBOUND]: { uk: 'вхідний', en: 'inbound' },
  [CallDirection.OUTBOUND]: { uk: 'вихідний', en: 'outbound' },
  [CallDirection.INTERNAL]: { uk: 'внутрішній', en: 'internal' },
}
const OUTCOMES: Partial<Record<CallDisposition, Words>> = {
  [CallDisposition.ANSWERED]: { uk: 'розмова', en: 'answered' },
  [CallDisposition.ABANDONED_IN_IVR]: { uk: 'поклав слухавку в меню', en: 'left in the menu' },
  [CallDisposition.ABANDONED_IN_QUEUE]: { uk: 'не дочекався в черзі', en: 'left in the queue' },
  [CallDisposition.ABANDONED_RINGING]: { uk: 'не дочекався відповіді', en: 'left while ringing' },
  [CallDisposition.NO_ANSWER]: { uk: 'без відповіді', en: 'no answer' },
  [CallDisposition.BUSY]: { uk: 'зайнято', en: 'busy' },
  [CallDisposition.REJECTED]: { uk: 'відхилено', en: 'rejected' },
  [CallDisposition.UNAVAILABLE]: { uk: 'поза зв’язком', en: 'not reachable' },
  [CallDisposition.FAILED]: { uk: 'не вдалося', en: 'failed' },
  [CallDisposition.VOICEMAIL]: { uk: 'голосова пошта', en: 'voicemail' },
  [CallDisposition.CALLBACK_REQUESTED]: { uk: 'просив передзвонити', en: 'asked for a call-back' },
  [CallDisposition.DROPPED_BY_DIALLER]: { uk: 'не було працівника', en: 'no agent' },
  [CallDisposition.LOST]: { uk: 'зв’язок з АТС утрачено', en: 'exchange lost' },
  [CallDisposition.BLOCKED]: { uk: 'заборонено дзвонити', en: 'blocked' },
}
const WITHHELD: Words = { uk: 'номер приховано', en: 'number withheld' }

/** Calls as the journal shows them; of one that goes on there is no outcome yet. */
export const callTable = (pool: Pool): Table<Call> => ({
  section: 'calls',
  typeName: 'vitrylo.telephony.v1.Call',
  encode: (call) => Call.encode(call).finish(),
  title: { uk: 'Дзвінки', en: 'Calls' },
  async page(asker, request) {
    const { rows, nextPageToken } = await listCalls(pool, asker, request, 'export')
    const names = await visibleNames(pool, asker.caller, partiesOf(rows))
    return { records: rows.map((row) => callFor(row, names)), nextPageToken }
  },
  columns: () => [
    { head: { uk: 'Початок', en: 'Start' }, of: ['startTime'], kind: 'time', value: ({ startTime }) => startTime },
    { head: { uk: 'Напрям', en: 'Direction' }, of: ['direction'], width: 12, value: ({ direction }, { language }) => DIRECTIONS[direction]?.[language] },
    { head: { uk: 'Контрагент', en: 'Counterparty' }, of: ['counterpartyId'], width: 32, value: ({ counterpartyName }) => counterpartyName },
    { head: { uk: 'Контактна особа', en: 'Contact person' }, of: ['contactPersonId'], value: ({ contactPersonName }) => contactPersonName },
    { head: { uk: 'Номер', en: 'Number' }, of: ['customerNumber'], width: 18, value: ({ customerNumber, customerNumberRaw, withheld }, { language }) => (withheld ? WITHHELD[language] : customerNumber || customerNumberRaw) },
    { head: { uk: 'Підсумок', en: 'Outcome' }, of: ['disposition'], value: ({ disposition }, { language }) => OUTCOMES[disposition]?.[language] },
    { head: { uk: 'Працівник', en: 'Agent' }, of: ['ownerAgent', 'answeredBy'], value: ({ ownerAgent, answeredBy }, { rights: { employees } }) => employees.get(ownerAgent?.employeeId || answeredBy?.employeeId || '')?.displayName ?? ownerAgent?.extension },
    { head: { uk: 'Черга', en: 'Queue' }, of: ['queues'], width: 16, value: ({ queues }) => queues.at(-1) },
    { head: { uk: 'Лінія', en: 'Line' }, of: ['line'], width: 18, value: ({ line }) => line },
    { head: { uk: 'Чекали, с', en: 'Waited, s' }, of: ['waitSeconds'], kind: 'figure', value: ({ waitSeconds }) => Math.round(waitSeconds) },
    { head: { uk: 'Розмова, с', en: 'Talked, s' }, of: ['talkSeconds'], kind: 'figure', value: ({ talkSeconds }) => Math.round(talkSeconds) },
    { head: { uk: 'Філія', en: 'Branch' }, of: ['branchId'], value: ({ branchId }, { rights: { branchFacts } }) => branchFacts.get(branchId)?.name },
  ],
})
