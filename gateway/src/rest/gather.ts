import { fromJson, ScalarType, toBinary, type DescField, type JsonObject, type Registry } from '@bufbuild/protobuf'
import { isFieldError } from '@bufbuild/protobuf/reflect'
import { invalid, notFound, type Violation } from '@vitrylo/errors'
import { isUuid } from '@vitrylo/pg'
import type { FastifyRequest } from 'fastify'
import { patchMask } from './mask.ts'
import type { Plan, Variable } from './plan.ts'
import { zeroBytes } from './zero-bytes.ts'

type Json = Record<string, any>

const NUMBERS = new Set([
  ScalarType.INT32, ScalarType.UINT32, ScalarType.SINT32, ScalarType.FIXED32, ScalarType.SFIXED32, ScalarType.DOUBLE, ScalarType.FLOAT,
])

/**
 * Everything a request says, as the JSON of the request message; the schema judges it as a whole, so that one answer
 * names every wrong field. An id that is no UUID names nothing: 404, as for an absent record.
 */
export function gather(plan: Plan, request: FastifyRequest): Json {
  const json = bodyOf(plan, request.body)
  const violations = [...twiceNamed(plan, json), ...addQuery(plan, json, request.query as Json), ...addEtag(plan, json, request)]
  addVariables(plan.variables, json, request.params as Json)
  if (plan.patched !== undefined) violations.push(...patchMask(plan.patched, json, request.body))
  violations.push(...plan.check(json), ...zeroBytes(json))
  if (violations.length > 0) throw invalid(violations)
  return json
}

/** JSON of the request message -> its bytes. */
export function encode({ method }: Plan, json: Json, registry: Registry): Uint8Array {
  try {
    return toBinary(method.rpc.input, fromJson(method.rpc.input, json as JsonObject, { registry }))
  } catch (error) {
    // What a schema cannot say, for instance 64 bits overflow; protobuf stops at the first.
    const cause = (error as Error).cause ?? error
    const field = isFieldError(cause) ? cause.field() : undefined
    const name = field !== undefined && 'jsonName' in field ? field.jsonName : ''
    throw invalid([{ field: name, rule: 'format', description: (cause as Error).message }])
  }
}

function bodyOf({ method, bodyField }: Plan, body: unknown): Json {
  if (bodyField !== undefined) return body === undefined ? {} : { [bodyField.jsonName]: isObject(body) ? { ...body } : body }
  if (method.body !== '*' || body === undefined) return {}
  if (isObject(body)) return { ...body }
  throw invalid([{ field: 'body', rule: 'type', description: 'must be object' }])
}

/** What stands in the address has no second place in the body of a command, where another value would be overlooked. */
function twiceNamed({ method, variables }: Plan, json: Json): Violation[] {
  if (method.body !== '*') return []
  const names = variables.map(({ fields }) => fields[0]!.jsonName)
  return names.filter((name) => json[name] !== undefined).map((field) => ({ field, rule: 'unknown', description: 'stands in the address, not in the body' }))
}

function addQuery({ query }: Plan, json: Json, given: Json): Violation[] {
  const unknown: Violation[] = []
  for (const name in given) {
    const field = query.get(name)
    if (field === undefined) unknown.push({ field: name, rule: 'unknown', description: 'no such parameter' })
    else json[field.jsonName] = coerce(field, given[name])
  }
  return unknown
}

/** Text -> JSON value. What cannot be read stays text, so that the schema reports it with the others. */
function coerce(field: DescField, text: unknown): unknown {
  if (field.fieldKind !== 'list') return valueOf(field, text)
  return (Array.isArray(text) ? text : [text]).map((item) => valueOf(field, item))
}

function valueOf({ scalar }: DescField, text: unknown): unknown {
  if (typeof text !== 'string' || scalar === undefined) return text
  if (scalar === ScalarType.BOOL) return text === 'true' ? true : text === 'false' ? false : text
  return NUMBERS.has(scalar) && /^-?\d{1,15}(\.\d{1,15})?$/.test(text) ? Number(text) : text
}

function addVariables(variables: Variable[], json: Json, params: Json): void {
  for (const { param, fields, uuid, kind } of variables) {
    const text = params[param] as string
    if (uuid && !isUuid(text)) throw notFound(kind, text.slice(0, 64))
    let target = json
    for (const { jsonName } of fields.slice(0, -1)) {
      if (!isObject(target[jsonName])) return // the schema says what is wrong with the body
      target = target[jsonName] as Json
    }
    const last = fields.at(-1)!
    target[last.jsonName] = valueOf(last, text)
  }
}

/** If-Match: the bare etag as JSON has it, or quoted as RFC 9110 wants it. */
function addEtag({ etagIn, patched, method }: Plan, json: Json, { headers }: FastifyRequest): Violation[] {
  const header = headers['if-match']
  if (header === undefined || header === '*' || method.safe) return []
  const etag = header.replace(/^W\//, '').replace(/^"(.*)"$/, '$1')
  if (etagIn === undefined) return [{ field: 'If-Match', rule: 'unknown', description: 'this method compares no etag' }]
  const target = etagIn === 'request' ? json : json[patched!.field.jsonName]
  if (isObject(target)) target.etag = etag
  return []
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
