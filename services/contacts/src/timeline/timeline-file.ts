import type { Caller, RightsData } from '@vitrylo/auth'
import { csvLine } from '@vitrylo/imports'
import type { Db } from '@vitrylo/pg'
import type { HttpBody } from '@vitrylo/proto/google/api/httpbody.ts'
import type { TimelineEntry } from '@vitrylo/proto/vitrylo/contacts/v1/timeline.ts'
import { partOf, trimmed } from '@vitrylo/service'
import { assertReached, listTimeline, type TimelineQuestion } from './timeline-sql.ts'

const PAGE = 250
const HEAD = ['time', 'section', 'kind', 'author', 'subject', 'text', 'details', 'recordId']

/** The timeline as a CSV file, page by page: of a counterparty that the right to export reaches what the screen would show, and no more. */
export async function* timelineFile(db: Db, caller: Caller, rights: RightsData, question: TimelineQuestion): AsyncGenerator<HttpBody> {
  await assertReached(db, caller, 'export', question.counterpartyId)
  let head = '\ufeff' + csvLine(HEAD, ',') // the mark makes spreadsheet programs read it as UTF-8
  for (let pageToken = ''; ; ) {
    const { entries, nextPageToken } = await listTimeline(db, caller, { ...question, pageSize: PAGE, pageToken })
    const lines = entries.map((entry) => lineOf(trimmed(caller, 'vitrylo.contacts.v1.TimelineEntry', entry), rights))
    yield partOf('text/csv; charset=utf-8', Buffer.from(head + lines.join('')), lines.length)
    head = ''
    if (nextPageToken === '') return
    pageToken = nextPageToken
  }
}

function lineOf({ time, section, kind, actorId, recordId, data }: TimelineEntry, { employees }: RightsData): string {
  const { title, subject, name, text, result, resolution, ...rest } = data
  const details = Object.entries(rest).map(([key, value]) => `${key}: ${value}`).join('; ')
  const author = employees.get(actorId)?.displayName ?? ''
  return csvLine([time!.toISOString(), section, kind, author, title ?? subject ?? name ?? '', text ?? result ?? resolution ?? '', details, recordId], ',')
}
