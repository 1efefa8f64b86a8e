import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { Metadata, status, type ServiceError } from '@grpc/grpc-js'
import { AppError, etagMismatch, fromStatus, invalid, notFound, ruleOf, toProblem, toStatus, type Code } from '../src/index.ts'

type Row = { code: Code; reason: string; grpc: number; http: number; httpIfMatch: number }
const golden: Row[] = JSON.parse(readFileSync(new URL('./golden.json', import.meta.url), 'utf8'))

function received(answer: ReturnType<typeof toStatus>): ServiceError {
  return Object.assign(new Error('13 INTERNAL: text of grpc-js'), {
    code: answer.code,
    details: answer.details ?? '',
    metadata: answer.metadata ?? new Metadata(),
  })
}

describe('the table of errors', () => {
  test.each(golden)('$code / $reason is gRPC $grpc and HTTP $http', (row) => {
    const thrown = new AppError(row.code, row.reason, 'текст', { kind: 'угода' }, [
      { field: 'phones[0].number', rule: 'format', description: 'не номер' },
    ])
    const answer = toStatus(thrown)
    expect(answer.code).toBe(row.grpc)
    const back = fromStatus(received(answer))
    expect({ ...pick(back), message: back.message }).toEqual({ ...pick(thrown), message: 'текст' })
    const context = { instance: '/api/v1/x', traceId: 't' }
    expect(toProblem(back, context).status).toBe(row.http)
    expect(toProblem(back, { ...context, ifMatch: true }).status).toBe(row.httpIfMatch)
  })

  test('every gRPC code but OK has its row', () => {
    const codes = Object.keys(status).filter((name) => name !== 'OK' && Number.isNaN(Number(name)))
    expect(new Set(golden.map((row) => row.code))).toEqual(new Set(codes))
  })
})

describe('what leaves the house', () => {
  test('an unexpected error loses its text, stack and cause', () => {
    const bug = new Error('duplicate key value violates unique constraint "secret"', { cause: new Error('select 1') })
    const back = fromStatus(received(toStatus(bug)))
    expect(pick(back)).toEqual({ code: 'INTERNAL', reason: 'INTERNAL', metadata: {}, violations: [] })
    expect(back.message).toBe('internal error')
  })

  test('a status without our details is a failure on the way', () => {
    const bare = (code: status) => fromStatus(received({ code, details: 'read ECONNRESET 10.0.0.7', metadata: new Metadata() }))
    expect(bare(status.UNAVAILABLE).reason).toBe('SERVICE_UNAVAILABLE')
    expect(bare(status.CANCELLED).reason).toBe('SERVICE_UNAVAILABLE')
    expect(bare(status.DEADLINE_EXCEEDED).code).toBe('DEADLINE_EXCEEDED')
    expect(bare(status.INTERNAL).message).not.toContain('10.0.0.7')
  })

  test('thousands of wrong fields fit into the trailers', () => {
    const many = Array.from({ length: 5000 }, (_, i) => ({ field: `rows[${i}].name`, rule: 'length', description: 'задовге' }))
    const answer = toStatus(invalid(many))
    const size = (answer.metadata!.get('grpc-status-details-bin')[0] as Buffer).length
    expect(size).toBeLessThan(32_000)
    expect(fromStatus(received(answer)).violations.slice(0, 2)).toEqual(many.slice(0, 2))
  })

  test('the problem names type, title and trace', () => {
    const problem = toProblem(etagMismatch('counterparty', '42'), { instance: '/api/v1/counterparties/42', traceId: 'abc' })
    expect(problem).toEqual({
      type: 'urn:vitrylo:problem:ETAG_MISMATCH',
      title: 'etag mismatch',
      status: 412,
      detail: 'counterparty 42 was changed meanwhile',
      instance: '/api/v1/counterparties/42',
      code: 'ABORTED',
      reason: 'ETAG_MISMATCH',
      metadata: { kind: 'counterparty', id: '42' },
      errors: [],
      traceId: 'abc',
    })
  })
})

test('absent and invisible records have one answer', () => {
  expect(pick(notFound('call', '1'))).toEqual({ code: 'NOT_FOUND', reason: 'NOT_FOUND', metadata: { kind: 'call', id: '1' }, violations: [] })
})

test('the summary of wrong fields stays short', () => {
  const violations = Array.from({ length: 300 }, (_, i) => ({ field: `f${i}`.repeat(100), rule: 'length', description: 'x' }))
  expect(invalid(violations).message.length).toBeLessThan(500)
})

test.each([
  ['string.min_len', 'length'], ['maxLength', 'length'], ['string.email_empty', 'required'], ['string.email', 'format'], ['int32.gte_lte', 'range'],
  ['enum.defined_only', 'choice'], ['repeated.unique', 'unique'], ['required', 'required'], ['type', 'type'], ['money.sum', 'sum'],
])('rule %s is called %s', (id, rule) => {
  expect(ruleOf(id)).toBe(rule)
})

function pick({ code, reason, metadata, violations }: AppError) {
  return { code, reason, metadata, violations }
}
