import { isUtf8 } from 'node:buffer'
import { AppError } from '@vitrylo/errors'
import { plainNames } from '@vitrylo/service'

const MAX_DEPTH = 32
const STRINGS = /"(?:[^"\\]|\\.)*"/gs
// Whole numbers beyond 2^53 do not survive a double. Amounts and 64 bits travel as strings.
const LONG_INTEGERS = /(?<![\d.])\d{16,}(?![\d.eE])/g
// Marks of direction, as they are or escaped: most bodies have none.
const MAY_TURN = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]|\\u(?:061c|20[026])/i
const POISON = new Set(['__proto__', 'constructor', 'prototype'])

/**
 * JSON as a strict receiver reads it: well-formed UTF-8, at most 32 levels, no name twice in an object, no number that
 * would be rounded, no half of a surrogate pair, no name that reaches a prototype. JSON.parse lets all of these pass.
 */
export function parseStrictJson(body: Buffer): unknown {
  if (!isUtf8(body)) throw malformed('the body is not UTF-8')
  const text = body.toString('utf8')
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    throw malformed('the body is not JSON')
  }
  // What is left without strings: braces, colons, numbers. Counting on it is cheaper than a parser of our own.
  const skeleton = text.replace(STRINGS, '')
  if (depthOf(skeleton) > MAX_DEPTH) throw malformed(`the body is nested deeper than ${MAX_DEPTH} levels`)
  for (const [digits] of skeleton.matchAll(LONG_INTEGERS)) {
    if (!Number.isSafeInteger(Number(digits))) throw malformed('a number has more digits than can be kept; send it as a string')
  }
  const colons = skeleton.split(':').length - 1
  if (countMembers(json) !== colons) throw malformed('an object has the same name twice')
  // Nothing that is shown later can pass for another thing by its name. Other doors than JSON: imports and cards of phones, each by the same.
  if (MAY_TURN.test(text)) plainNames(json)
  return json
}

function depthOf(skeleton: string): number {
  let depth = 0
  let deepest = 0
  for (let i = 0; i < skeleton.length; i++) {
    const code = skeleton.charCodeAt(i) | 0x20 // makes { of [ and } of ]
    if (code === 0x7b) deepest = Math.max(deepest, ++depth)
    else if (code === 0x7d) depth--
  }
  return deepest
}

/** Members of all objects; on the way it refuses what must not come in. */
function countMembers(json: unknown): number {
  if (typeof json === 'string') {
    if (!json.isWellFormed()) throw malformed('a text holds half of a surrogate pair')
    return 0
  }
  // 1e400: no double can hold it.
  if (json === Infinity || json === -Infinity) throw malformed('a number is too large')
  if (typeof json !== 'object' || json === null) return 0
  if (Array.isArray(json)) return json.reduce<number>((sum, item) => sum + countMembers(item), 0)
  let sum = 0
  for (const name of Object.keys(json)) {
    if (POISON.has(name)) throw malformed(`the name ${name} is not allowed`)
    if (!name.isWellFormed()) throw malformed('a name holds half of a surrogate pair')
    sum += 1 + countMembers((json as Record<string, unknown>)[name])
  }
  return sum
}

function malformed(why: string): AppError {
  return new AppError('INVALID_ARGUMENT', 'BODY_MALFORMED', why)
}
