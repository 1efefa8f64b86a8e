import { invalid } from '@vitrylo/errors'

const MOST = 3

export type Direction = { name: string; descending: boolean }

/** `displayName` or `amount desc, title`: up to three of the names, each once. */
export function readOrder(names: readonly string[], text: string): Direction[] {
  const parts = text.split(',', MOST + 1).map((part) => /^ ?([A-Za-z][A-Za-z0-9]*(?:\.[a-z][a-z0-9_]*)?)( desc| asc)?$/.exec(part))
  const order = parts.map((part) => ({ name: part?.[1] ?? '', descending: part?.[2] === ' desc' }))
  const known = order.every(({ name }, index) => names.includes(name) && order.findIndex((other) => other.name === name) === index)
  if (known && order.length <= MOST) return order
  const description = `must be up to ${MOST} of ${names.join(', ')}, each once, with " desc" if wanted, divided by commas`
  throw invalid([{ field: 'orderBy', rule: 'choice', description }])
}
