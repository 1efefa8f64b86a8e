import { expect, test } from '@jest/globals'
import { sql } from '@vitrylo/pg'
import { hostile } from './hostile.ts'
import { pageOf, parseFilter, type Asker, type FilterFields, type ListDefinition } from '../src/index.ts'

const fields: FilterFields = {
  state: { column: sql`o.state`, type: 'word', words: ['open', 'won'] },
  ownerId: { column: sql`o.owner_id`, type: 'uuid', nullable: true, reference: 'employees' },
  amount: { column: sql`o.amount`, type: 'number' },
  createTime: { column: sql`o.created_at`, type: 'time' },
  title: { column: sql`o.title`, type: 'text' },
  tags: { column: sql`o.tags`, type: 'array' },
}
const asker: Asker = {
  now: new Date('2026-11-21T10:00:00Z'), timeZone: 'Europe/Kyiv',
  caller: { subject: 's', username: 'u', client: '', employeeId: undefined, branchId: undefined, groups: [], now: Date.now, reach: () => undefined, limits: () => undefined, ground: () => undefined, standing: () => '' },
}
const id = '01900000-0000-7000-8000-000000000001'

test.each([
  ['', 'true', []],
  ['state="open"', 'o.state = $1::text', ['open']],
  ['state=open AND amount>=10.50', '(o.state = $1::text and o.amount >= $2::numeric)', ['open', '10.50']],
  [`ownerId != "${id}"`, 'o.owner_id is distinct from $1::uuid', [id]],
  ['title="a \\"b\\" \\\\"', 'o.title = $1::text', ['a "b" \\']],
  ['tags:vip', 'o.tags @> array[$1::text]', ['vip']],
  ['createTime<2026-11-21T10:00:00Z', 'o.created_at < $1::timestamptz', [new Date('2026-11-21T10:00:00Z')]],
  ['createTime>=today', 'o.created_at >= $1::timestamptz', [new Date('2026-11-20T22:00:00Z')]],
  ['title:"50%"', 'o.title collate "und-x-icu" ilike $1::text', ['%50\\%%']],
  ['a AND b OR c'.replace(/[abc]/g, (letter) => `title=${letter}`), '(o.title = $1::text and (o.title = $2::text or o.title = $3::text))', ['a', 'b', 'c']],
  ['NOT (state=open OR ownerId=null)', '(o.state <> $1::text and o.owner_id is not null)', ['open']],
  ['ownerId=me', 'false', []],
])('%s becomes SQL with parameters', (filter, text, values) => {
  const parsed = parseFilter(filter, { fields }, asker)
  expect([parsed.text, parsed.values]).toEqual([text, values])
})

test.each([
  ['nope=1', 'unknown'],
  ['__proto__="x"', 'format'],
  ['constructor="x"', 'unknown'],
  ['state="closed"', 'choice'],
  ['ownerId="x"', 'format'],
  ['amount="1e9"', 'format'],
  ['createTime>"2026-99-99"', 'format'],
  ['title>"a"', 'operator'],
  ['amount:1', 'operator'],
  ['amount=null', 'operator'],
  ['title="a" OR', 'format'],
  ['title="a" title="b"', 'format'],
  ['NOT NOT state=open', 'format'],
  ['(state=open', 'format'],
  ['state=open)', 'format'],
  ['parts.any(state=open)', 'unknown'],
  ['parts.all(state=open)', 'format'],
  ['ownerId="me"', 'format'],
  ['createTime="today"', 'format'],
  ['createTime>=2026-02-30', 'format'],
  ['(((((((((((((((((state=open)))))))))))))))))', 'depth'],
  [Array.from({ length: 101 }, () => 'state=open').join(' OR '), 'length'],
  [`title="${'a'.repeat(4_000)}"`, 'length'],
  ['title="a" AND', 'format'],
  ['title="a', 'format'],
  ["title='a' or 1=1 --", 'format'],
  ['state=open; drop table x', 'format'],
  ['state=open;', 'choice'],
])('%s is refused as %s', (filter, rule) => {
  expect(() => parseFilter(filter, { fields }, asker)).toThrow(expect.objectContaining({ violations: [expect.objectContaining({ field: 'filter', rule })] }))
})

const list: ListDefinition = {
  id: sql`o.id`,
  fields,
  orders: { createTime: { column: sql`o.created_at`, type: 'timestamptz' } },
  defaultOrder: 'createTime desc',
}
const request = { pageSize: 2, pageToken: '', filter: '', orderBy: '' }
const rows = [1, 2, 3].map((n) => ({ id: `01900000-0000-7000-8000-00000000000${n}`, page_key: `2026-11-2${n}` }))

test('a page is cut to its size and names where the next one begins', () => {
  const { rows: page, nextPageToken } = pageOf(list, request, asker).finish(rows)
  expect(page).toHaveLength(2)
  const next = pageOf(list, { ...request, pageToken: nextPageToken }, asker)
  expect(next.where.text).toBe('true and (o.created_at, o.id) < ($1::timestamptz, $2::uuid)')
  expect(next.where.values).toEqual(['2026-11-22', rows[1]!.id])
  expect(pageOf(list, request, asker).finish(rows.slice(0, 2)).nextPageToken).toBe('')
})

test.each(['x', Buffer.from('[1]').toString('base64url'), Buffer.from('["a","b","c"]').toString('base64url')])('the token %s is refused', (pageToken) => {
  expect(() => pageOf(list, { ...request, pageToken })).toThrow(expect.objectContaining({ violations: [expect.objectContaining({ field: 'pageToken' })] }))
})

test('a refusal names the place, the field and what would be allowed', () => {
  const refusal = (filter: string) => {
    try {
      parseFilter(filter, { fields }, asker)
    } catch (error) {
      return (error as { violations: { description: string }[] }).violations[0]!.description
    }
    return ''
  }
  expect(refusal('state=open AND nope=1')).toBe('at letter 16: no field nope; fields: state, ownerId, amount, createTime, title, tags')
  expect(refusal('state=closed')).toBe('at letter 7: state must be one of open, won')
  expect(refusal('amount ~ 1')).toBe('at letter 8: cannot be read: an operator is awaited after amount: = != < <= > >= :')
})

// Seen failing: without the limits of letters and depth in syntax.ts the nested one overflows the stack; one of them alone suffices.
test.each(['('.repeat(1_000_000), 'NOT '.repeat(250_000), `title="${'\\'.repeat(500_000)}`, 'a='.repeat(500_000), `${' '.repeat(3_900)}x`, '-'.repeat(4_000), 'a OR '.repeat(799)])(
  'deep and long texts are refused at once (%#)',
  (filter) => {
    // The best of three: another process may take the core from one.
    const took = [1, 2, 3].map(() => {
      const began = performance.now()
      expect(() => parseFilter(filter, { fields }, asker)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }))
      return performance.now() - began
    })
    expect(Math.min(...took)).toBeLessThan(50)
  },
)

test.each(['title', 'createTime up', 'createTime, createTime', 'createTime,', 'createTime,createTime,createTime,createTime', 'createTime desc; select 1', '__proto__'])('the order %s is refused', (orderBy) => {
  expect(() => pageOf(list, { ...request, orderBy })).toThrow(expect.objectContaining({ violations: [expect.objectContaining({ field: 'orderBy' })] }))
})

// Seen failing: names that no table has let through (order.ts), a token decoded without looking at its parts (list.ts).
test('hostile orders and page tokens are refused, all of them', () => {
  for (const text of hostile) {
    for (const [field, given] of [['orderBy', { orderBy: text }], ['pageToken', { pageToken: text }]] as const) {
      if (text === '') continue
      expect(() => pageOf(list, { ...request, ...given }, asker)).toThrow(expect.objectContaining({ violations: [expect.objectContaining({ field })] }))
    }
  }
})
