import { may } from '@vitrylo/auth'
import { AppError } from '@vitrylo/errors'
import type { Asker, ListRequest } from '@vitrylo/lists'
import type { HttpBody } from '@vitrylo/proto/google/api/httpbody.ts'
import type { Call } from './call.ts'
import type { Deps } from './define.ts'
import { partOf } from './records-in.ts'

const PAGE = 250
/** Small parts, so that who reads slowly holds the reading of the base up, and not the memory. */
const PART = 64 * 1024

type Listed<P> = { section: string; rights: Deps['rights']; read: (asker: Asker, request: ListRequest) => Promise<P> }

/** A list that is taken out, page by page: no more than a page is held, and the right to export is asked for anew for each. */
export async function* exportedPages<P extends { nextPageToken: string }>(
  { section, rights, read }: Listed<P>,
  question: Pick<ListRequest, 'filter' | 'orderBy'>,
  { caller: { subject, username, groups }, now, timeZone, signal }: Pick<Call, 'caller' | 'now' | 'timeZone' | 'signal'>,
): AsyncGenerator<{ asker: Asker; page: P }> {
  for (let pageToken = ''; ; ) {
    signal.throwIfAborted()
    const asker: Asker = { caller: rights.callerOf({ subject, username, groups: [...groups], client: '', sessionId: undefined, expiresAt: 0 }), now, timeZone }
    if (!may(asker.caller, section, 'export')) {
      throw new AppError('PERMISSION_DENIED', 'RIGHT_MISSING', `the right ${section}: export was withdrawn`, { section, action: 'export' })
    }
    const page = await read(asker, { ...question, pageSize: PAGE, pageToken })
    yield { asker, page }
    if (page.nextPageToken === '') return
    pageToken = page.nextPageToken
  }
}

type Written<P> = { contentType: string; write: (pages: AsyncIterable<P>) => AsyncIterable<Buffer>; countOf: (page: P) => number; /** What the file is to be called. */ name?: string }

/** Pages as a file in parts, each with how many records it adds. */
export async function* fileOfPages<P>(pages: AsyncIterable<P>, { contentType, write, countOf, name }: Written<P>): AsyncGenerator<HttpBody> {
  let [records, called] = [0, name]
  const counted = async function* (): AsyncGenerator<P> {
    for await (const page of pages) {
      records += countOf(page)
      yield page
    }
  }
  for await (const data of write(counted())) {
    for (let at = 0; at < data.length; at += PART) {
      yield partOf(contentType, data.subarray(at, at + PART), records, called)
      records = 0
      called = undefined
    }
  }
}
