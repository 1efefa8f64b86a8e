import type { Expression, Literal } from './syntax.ts'

/** `a "b"` -> `"a \"b\""`. */
export const quote = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`

export const printLiteral = ({ text, quoted }: Literal): string => (quoted ? quote(text) : text)

/** An expression as text that reads back to the same. Alternatives among conditions get parentheses, for the eye. */
export function print(expression: Expression | undefined): string {
  return expression === undefined ? '' : printed(expression)
}

function printed(e: Expression): string {
  if (e.kind === 'compare') return `${e.field} ${e.operator} ${printLiteral(e.value)}`
  if (e.kind === 'related') return `${e.name}.any(${print(e.where)})`
  if (e.kind === 'not') return `NOT ${e.part.kind === 'not' ? `(${printed(e.part)})` : inside(e.part)}`
  return e.parts.map(inside).join(e.kind === 'and' ? ' AND ' : ' OR ')
}

const inside = (e: Expression): string => (e.kind === 'and' || e.kind === 'or' ? `(${printed(e)})` : printed(e))
