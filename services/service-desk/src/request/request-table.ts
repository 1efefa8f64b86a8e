import { customTable, type Table, type Words } from '@vitrylo/imports'
import { many, sql, type Pool } from '@vitrylo/pg'
import { Request, RequestChannel, RequestState } from '@vitrylo/proto/vitrylo/servicedesk/v1/request.ts'
import { listRequests } from './request-sql.ts'

const STATES: Partial<Record<RequestState, Words>> = {
  [RequestState.NEW]: { uk: 'нове', en: 'new' },
  [RequestState.IN_PROGRESS]: { uk: 'в роботі', en: 'in progress' },
  [RequestState.WAITING]: { uk: 'чекає на клієнта', en: 'waits for the client' },
  [RequestState.CLOSED]: { uk: 'закрито', en: 'closed' },
}
const CHANNELS: Partial<Record<RequestChannel, Words>> = {
  [RequestChannel.CALL]: { uk: 'дзвінок', en: 'call' },
  [RequestChannel.MAIL]: { uk: 'лист', en: 'mail' },
  [RequestChannel.VISIT]: { uk: 'візит', en: 'visit' },
  [RequestChannel.FORM]: { uk: 'сайт', en: 'web site' },
  [RequestChannel.LETTER]: { uk: 'паперовий лист', en: 'letter' },
  [RequestChannel.MESSENGER]: { uk: 'месенджер', en: 'messenger' },
  [RequestChannel.OTHER]: { uk: 'інше', en: 'other' },
}

/** Requests as their list and card show them. */
export const requestTable = (pool: Pool): Table<Request> => ({
  section: 'requests',
  typeName: 'vitrylo.servicedesk.v1.Request',
  encode: (request) => Request.encode(request).finish(),
  title: { uk: 'Звернення', en: 'Requests' },
  async page(asker, request) {
    const { requests: records, nextPageToken } = await listRequests(pool, asker, request, 'export')
    return { records, nextPageToken }
  },
  async names() {
    const rows = await many<{ name: string; title: string }>(pool, sql`select name, title from queue`)
    return new Map(rows.map(({ name, title }) => [name, title]))
  },
  columns: (rights) => [
    { head: { uk: 'Номер', en: 'Number' }, of: ['number'], width: 16, value: ({ number }) => number },
    { head: { uk: 'Тема', en: 'Subject' }, of: ['subject'], width: 40, value: ({ subject }) => subject },
    { head: { uk: 'Контрагент', en: 'Counterparty' }, of: ['counterpartyId'], width: 32, value: ({ counterpartyName }) => counterpartyName },
    { head: { uk: 'Хто звертається', en: 'Who is asking' }, of: ['senderName'], value: ({ senderName }) => senderName },
    { head: { uk: 'Телефон', en: 'Phone' }, of: ['phone'], width: 18, value: ({ phone }) => phone },
    { head: { uk: 'Канал', en: 'Channel' }, of: ['channel'], width: 14, value: ({ channel }, { language }) => CHANNELS[channel]?.[language] },
    { head: { uk: 'Стан', en: 'State' }, of: ['state'], width: 18, value: ({ state }, { language }) => STATES[state]?.[language] },
    { head: { uk: 'Відповідальний', en: 'Responsible' }, of: ['ownerId'], value: ({ ownerId }, { rights: { employees } }) => employees.get(ownerId ?? '')?.displayName },
    { head: { uk: 'Філія', en: 'Branch' }, of: ['branchId'], value: ({ branchId }, { rights: { branchFacts } }) => branchFacts.get(branchId ?? '')?.name },
    { head: { uk: 'Черга', en: 'Queue' }, of: ['queue'], value: ({ queue }, { names }) => names.get(queue) ?? queue },
    { head: { uk: 'Коли надійшло', en: 'When it came' }, of: ['receiveTime'], kind: 'time', value: ({ receiveTime }) => receiveTime },
    { head: { uk: 'Строк', en: 'Deadline' }, of: ['dueTime'], kind: 'time', value: ({ dueTime }) => dueTime },
    { head: { uk: 'Взято в роботу', en: 'Taken' }, of: ['takeTime'], kind: 'time', value: ({ takeTime }) => takeTime },
    { head: { uk: 'Закрито', en: 'Closed' }, of: ['closeTime'], kind: 'time', value: ({ closeTime }) => closeTime },
    { head: { uk: 'Суть звернення', en: 'What it is about' }, of: ['text'], width: 48, value: ({ text }) => text },
    { head: { uk: 'Що зроблено', en: 'What came of it' }, of: ['resolution'], width: 40, value: ({ resolution }) => resolution },
    ...customTable<Request>(rights, 'requests'),
  ],
})
