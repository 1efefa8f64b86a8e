/** What a comparison asks. `:` is "contains" for texts and "holds" for fields of several words. */
export const OPERATORS = ['=', '!=', '<', '<=', '>', '>=', ':'] as const
export type Operator = (typeof OPERATORS)[number]

/** A value as it was written: `null`, `today` and `*` mean something only without quotes. */
export type Literal = { text: string; quoted: boolean }

export type Comparison = { kind: 'compare'; field: string; operator: Operator; value: Literal; at: number; valueAt: number }

/** A condition on records that belong to the one asked for: `opportunities.any(state = "open")`. */
export type RelatedCondition = { kind: 'related'; name: string; where: Expression | undefined; at: number }

export type Expression =
  | { kind: 'and' | 'or'; parts: Expression[] }
  | { kind: 'not'; part: Expression }
  | Comparison
  | RelatedCondition

/** Longer, deeper or with more conditions a filter is refused before it is read to the end. */
export const LIMITS = { letters: 4_000, depth: 16, conditions: 100 } as const

/** Says where a filter stops making sense; `at` counts letters from 0. */
export class FilterSyntaxError extends Error {
  at: number
  rule: string

  constructor(rule: string, at: number, message: string) {
    super(message)
    this.rule = rule
    this.at = at
  }
}

// Sticky and without nested repetition: each letter is looked at a bounded number of times.
const BLANK = /\s*/y
const NAME = /[A-Za-z][A-Za-z0-9_]*(?:\.[A-Za-z][A-Za-z0-9_]*)*/y
const OPERATOR = /!=|<=|>=|=|<|>|:/y
const STRING = /"(?:[^"\\]|\\.)*"/sy
const WORD = /[^\s"()]+/y
const JOINT = /(?:AND|OR)(?![^\s("])/y
const NOT = /NOT(?![^\s(])/y

type Cursor = { text: string; at: number; depth: number; conditions: number }

/** Reads a filter; undefined for one without conditions. */
export function parse(text: string): Expression | undefined {
  if (text.length > LIMITS.letters) throw new FilterSyntaxError('length', LIMITS.letters, `must have at most ${LIMITS.letters} characters`)
  const cursor: Cursor = { text, at: 0, depth: 0, conditions: 0 }
  skip(cursor)
  if (cursor.at === text.length) return undefined
  const expression = conjunction(cursor)
  if (cursor.at < text.length) throw stray(cursor, 'AND, OR or the end is awaited')
  return expression
}

/** OR binds closer than AND, as AIP-160 has it: `a AND b OR c` is `a AND (b OR c)`. */
const conjunction = (cursor: Cursor): Expression => joined(cursor, 'and', (inner) => joined(inner, 'or', negation))

function joined(cursor: Cursor, kind: 'and' | 'or', next: (cursor: Cursor) => Expression): Expression {
  const parts = [next(cursor)]
  while (take(cursor, JOINT, kind.toUpperCase())) parts.push(next(cursor))
  return parts.length === 1 ? parts[0]! : { kind, parts }
}

function negation(cursor: Cursor): Expression {
  if (take(cursor, NOT) !== undefined) return { kind: 'not', part: simple(cursor) }
  if (cursor.text[cursor.at] === '-') {
    cursor.at += 1
    return { kind: 'not', part: simple(cursor) }
  }
  return simple(cursor)
}

function simple(cursor: Cursor): Expression {
  if (cursor.text[cursor.at] === '(') return inParentheses(cursor, conjunction)
  const at = cursor.at
  const name = take(cursor, NAME)
  if (name === undefined || name === 'AND' || name === 'OR' || name === 'NOT') {
    cursor.at = at
    throw stray(cursor, 'a condition is awaited: field = "value"')
  }
  if ((cursor.conditions += 1) > LIMITS.conditions) {
    throw new FilterSyntaxError('length', at, `must have at most ${LIMITS.conditions} conditions`)
  }
  if (cursor.text[cursor.at] === '(') return related(cursor, name, at)
  const operator = take(cursor, OPERATOR)
  if (operator === undefined) throw stray(cursor, `an operator is awaited after ${name.slice(0, 60)}: ${OPERATORS.join(' ')}`)
  const valueAt = cursor.at
  return { kind: 'compare', field: name, operator: operator as Operator, value: literal(cursor), at, valueAt }
}

function related(cursor: Cursor, name: string, at: number): Expression {
  if (!name.endsWith('.any')) throw new FilterSyntaxError('format', at, `${name.slice(0, 60)}( is no function; write relation.any(…)`)
  const where = inParentheses(cursor, (inner) => (inner.text[inner.at] === ')' ? undefined : conjunction(inner)))
  return { kind: 'related', name: name.slice(0, -'.any'.length), where, at }
}

function inParentheses<T>(cursor: Cursor, read: (cursor: Cursor) => T): T {
  if ((cursor.depth += 1) > LIMITS.depth) {
    throw new FilterSyntaxError('depth', cursor.at, `must have at most ${LIMITS.depth} parentheses inside each other`)
  }
  cursor.at += 1
  skip(cursor)
  const inside = read(cursor)
  if (cursor.text[cursor.at] !== ')') throw stray(cursor, 'AND, OR or ) is awaited')
  cursor.at += 1
  cursor.depth -= 1
  skip(cursor)
  return inside
}

function literal(cursor: Cursor): Literal {
  if (cursor.text[cursor.at] === '"') {
    const text = take(cursor, STRING)
    if (text === undefined) throw stray(cursor, 'the closing " is missing')
    return { text: text.slice(1, -1).replace(/\\(.)/gs, '$1'), quoted: true }
  }
  const text = take(cursor, WORD)
  if (text === undefined) throw stray(cursor, 'a value is awaited')
  return { text, quoted: false }
}

/** The token at the cursor, if it is there (and is `wanted`); moves past it and the blanks behind. */
function take(cursor: Cursor, token: RegExp, wanted?: string): string | undefined {
  token.lastIndex = cursor.at
  const found = token.exec(cursor.text)?.[0]
  if (found === undefined || (wanted !== undefined && found !== wanted)) return undefined
  cursor.at += found.length
  skip(cursor)
  return found
}

function skip(cursor: Cursor): void {
  BLANK.lastIndex = cursor.at
  cursor.at += BLANK.exec(cursor.text)![0].length
}

const stray = ({ text, at }: Cursor, awaited: string): FilterSyntaxError =>
  new FilterSyntaxError('format', at, at >= text.length ? `ends too early: ${awaited}` : `cannot be read: ${awaited}`)
