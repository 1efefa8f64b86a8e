import { AppError } from '@vitrylo/errors'
import type { Caller } from '@vitrylo/auth'
import { zipFiles } from '@vitrylo/imports'
import { many, sql, type Db } from '@vitrylo/pg'
import type { HttpBody } from '@vitrylo/proto/google/api/httpbody.ts'
import { getRequest } from './request-sql.ts'
import { pageHead, pageTail, placeHead, rowHtml } from './subject-page.ts'

type Line = { service: string; place: string; row: Record<string, unknown> }

/** The file of a request that all have answered: the same rows for programs and for people. */
export async function* subjectFile(db: Db, caller: Caller, id: string): AsyncGenerator<HttpBody> {
  const { kind, state, created_at, ready_at, subject } = await getRequest(db, caller, 'export', id)
  if (kind !== 'file' || state !== 'ready') throw new AppError('FAILED_PRECONDITION', 'NO_FILE', 'there is no file: not all services have answered, or its time is over', { id })
  const head = { requestId: id, subject, requestTime: created_at, collectTime: ready_at }
  const files = [
    { name: 'subject.html', content: () => htmlOf(db, id, created_at) },
    { name: 'subject.json', content: () => jsonOf(db, id, head) },
  ]
  for await (const data of zipFiles(files)) yield { contentType: 'application/zip', data, extensions: [] }
}

/** Part by part, in the order of services and of their answers. */
async function* linesOf(db: Db, id: string): AsyncGenerator<Line> {
  const parts = await many<{ service: string; number: number }>(db, sql`select service, number from subject_part where request_id = ${id} order by service, number`)
  for (const { service, number } of parts) {
    const rows = await many<{ content: string }>(db, sql`select content from subject_part where request_id = ${id} and service = ${service} and number = ${number}`)
    for (const line of (rows[0]?.content ?? '').split('\n')) if (line !== '') yield { service, ...(JSON.parse(line) as Omit<Line, 'service'>) }
  }
}

async function* jsonOf(db: Db, id: string, head: object): AsyncGenerator<Buffer> {
  yield Buffer.from(`${JSON.stringify(head).slice(0, -1)},"rows":[`)
  let between = '\n'
  for await (const line of linesOf(db, id)) {
    yield Buffer.from(between + JSON.stringify(line))
    between = ',\n'
  }
  yield Buffer.from('\n]}\n')
}

async function* htmlOf(db: Db, id: string, asked: Date): AsyncGenerator<Buffer> {
  yield Buffer.from(pageHead(asked))
  let last = ''
  for await (const { service, place, row } of linesOf(db, id)) {
    const here = `${service}/${place}`
    if (here !== last) yield Buffer.from(placeHead(place))
    last = here
    yield Buffer.from(rowHtml(row))
  }
  yield Buffer.from(pageTail)
}
