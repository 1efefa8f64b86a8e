import { expect, test } from '@jest/globals'
import { sql } from '@vitrylo/pg'
import { pageOf, parseFilter, type FilterFields, type ListDefinition } from '../src/index.ts'

const fields: FilterFields = {
  state: { column: sql`o.state`, type: 'word', words: ['open', 'won'] },
  ownerId: { column: sql`o.owner_id`, type: 'uuid' },
  amount: { column: sql`o.amount`, type: 'number' },
  createTime: { column: sql`o.created_at`, type: 'time' },
  title: { column: sql`o.title`, type: 'text' },
  tags: { column: sql`o.tags`, type: 'array' },
}
const id = '01900000-0000-7000-8000-000000000001'

test.each([
  ['', 'true', []],
  ['state="open"', 'o.state = $1::text', ['open']],
  ['state=open AND amount>=10.50', 'o.state = $1::text and o.amount >= $2::numeric', ['open', '10.50']],
  [`ownerId != "${id}"`, 'o.owner_id is distinct from $1::uuid', [id]],
  ['title="a \\"b\\" \\\\"', 'o.title = $1::text', ['a "b" \\']],
  ['tags:vip', 'o.tags @> array[$1::text]', ['vip']],
  ['createTime<2026-11-21T10:00:00Z', 'o.created_at < $1::timestamptz', ['2026-11-21T10:00:00Z']],
])('%s becomes SQL with parameters', (filter, text, values) => {
  const parsed = parseFilter(filter, fields)
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
  ['title:"a"', 'operator'],
  ['title="a" OR title="b"', 'format'],
  ['title="a" AND', 'format'],
  ['title="a', 'format'],
  ["title='a' or 1=1 --", 'format'],
  ['state=open; drop table x', 'choice'],
])('%s is refused as %s', (filter, rule) => {
  expect(() => parseFilter(filter, fields)).toThrow(expect.objectContaining({ violations: [expect.objectContaining({ field: 'filter', rule })] }))
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
  const { rows: page, nextPageToken } = pageOf(list, request).finish(rows)
  expect(page).toHaveLength(2)
  const next = pageOf(list, { ...request, pageToken: nextPageToken })
  expect(next.where.text).toBe('true and (o.created_at, o.id) < ($1::timestamptz, $2::uuid)')
  expect(next.where.values).toEqual(['2026-11-22', rows[1]!.id])
  expect(pageOf(list, request).finish(rows.slice(0, 2)).nextPageToken).toBe('')
})

test.each(['x', Buffer.from('[1]').toString('base64url'), Buffer.from('["a","b","c"]').toString('base64url')])('the token %s is refused', (pageToken) => {
  expect(() => pageOf(list, { ...request, pageToken })).toThrow(expect.objectContaining({ violations: [expect.objectContaining({ field: 'pageToken' })] }))
})

test.each(['title', 'createTime up', 'createTime desc; select 1', '__proto__'])('the order %s is refused', (orderBy) => {
  expect(() => pageOf(list, { ...request, orderBy })).toThrow(expect.objectContaining({ violations: [expect.objectContaining({ field: 'orderBy' })] }))
})
