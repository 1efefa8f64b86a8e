// Ajv in the gateway and protovalidate in the services must name the same fields and rules, or clients see two languages.
import { expect, test } from '@jest/globals'
import { fromJson, getOption, ScalarType, type DescField, type DescMessage, type JsonObject } from '@bufbuild/protobuf'
import { createValidator, type Violation } from '@bufbuild/protovalidate'
import { field as fieldRules } from '@bufbuild/protovalidate/gen/buf/validate/validate_pb.js'
import { ruleOf } from '@vitrylo/errors'
import { loadContract } from '@vitrylo/proto/contract.ts'
import { patchedField, schemasOf } from '../src/contract/schema.ts'
import { createAjv, lazyCheck, SCHEMAS } from '../src/contract/validator.ts'

const MESSAGES = Number(process.env.AGREE_MESSAGES ?? 6000)
const SEED = Number(process.env.VITRYLO_SEED ?? 1991)

const contract = loadContract()
const random = mulberry(SEED)

test(`both name the same fields and rules on ${MESSAGES} random messages (VITRYLO_SEED=${SEED})`, () => {
  const schemas = schemasOf(contract, SCHEMAS)
  const inputs = [...new Set(contract.methods.filter((method) => method.stream === 'unary').map(({ rpc }) => rpc.input))]
  const judged = inputs.filter((input) => patchedField(input) === undefined)
  const refs = judged.map((input) => schemas.ref(input, 'in'))
  const ajv = createAjv(schemas.components)
  const checks = refs.map((ref) => lazyCheck(ajv, ref))
  const validator = createValidator({ registry: contract.registry })
  const differences: string[] = []
  let refused = 0
  for (let i = 0; i < MESSAGES; i++) {
    const at = i % judged.length
    const json = messageOf(judged[at]!, 0)
    const found = checks[at]!(json)
    const result = validator.validate(judged[at]!, fromJson(judged[at]!, json, { registry: contract.registry }))
    if (result.kind === 'error') throw result.error
    const forgotten = new Set(found.filter(({ rule }) => rule === 'required').map(({ field }) => field))
    const byAjv = sorted(found.map(({ field, rule }) => `${field} ${rule}`))
    const byService = sorted((result.violations ?? []).map(named).map(({ field, rule }) => `${field} ${forgotten.has(field) ? 'required' : rule}`))
    if (byAjv !== '') refused++
    if (byAjv !== byService) differences.push(`${judged[at]!.name} ${JSON.stringify(json)}\n  ajv: ${byAjv}\n  service: ${byService}`)
  }
  expect(differences.slice(0, 5)).toEqual([])
  expect(refused).toBeGreaterThan(MESSAGES / 10)
})

/** A forgotten field is `required` at the gateway, whatever limit its zero breaks in the service. */
function named({ field, ruleId, message }: Violation): { field: string; rule: string } {
  const path = field.reduce((text, part) => {
    if (part.kind === 'field') return text === '' ? part.jsonName : `${text}.${part.jsonName}`
    if (part.kind === 'list_sub') return `${text}[${part.index}]`
    return part.kind === 'map_sub' ? `${text}.${part.key}` : text
  }, '')
  return { field: path, rule: ruleId === 'string.min_len' && / 1 /.test(message) ? 'required' : ruleOf(ruleId) }
}

function messageOf(message: DescMessage, depth: number): JsonObject {
  const json: JsonObject = {}
  for (const field of message.fields) {
    if (field.oneof !== undefined && field.oneof.fields.some((other) => other.jsonName in json)) continue
    const needed = getOption(field, fieldRules).required
    if (random() > (needed ? 0.9 : 0.4)) continue
    const value = fieldOf(field, depth)
    if (value !== undefined) json[field.jsonName] = value as never
  }
  return json
}

function fieldOf(field: DescField, depth: number): unknown {
  if (depth > 4) return undefined
  if (field.fieldKind === 'list') return many(() => valueOf(field, field.listKind, depth))
  if (field.fieldKind !== 'map') return valueOf(field, field.fieldKind, depth)
  return Object.fromEntries(many(() => [pick(['en', 'uk', 'x'.repeat(70), 'K']), valueOf(field, field.mapKind, depth)]))
}

function many<T>(make: () => T): T[] {
  return Array.from({ length: pick([0, 1, 2, 3, 21, 51].slice(0, random() < 0.9 ? 4 : 6)) }, make)
}

function valueOf(field: DescField, kind: string, depth: number): unknown {
  if (kind === 'enum') return pick(field.enum!.values).jsonName
  if (kind === 'message') return wellKnown(field.message!) ?? messageOf(field.message!, depth + 1)
  if (field.scalar === ScalarType.BOOL) return random() < 0.5
  if (field.scalar === ScalarType.BYTES) return 'AAEC'
  if (field.scalar === ScalarType.STRING) return text(field)
  const number = pick([0, 1, -1, 5, 50, 250, 251, 100_000])
  return [ScalarType.INT64, ScalarType.UINT64].includes(field.scalar!) ? String(Math.abs(number)) : number
}

function wellKnown(message: DescMessage): unknown {
  if (message.typeName === 'google.protobuf.Timestamp') return pick(['2026-11-21T10:00:00Z', '2026-11-21T10:00:00.123+02:00'])
  if (message.typeName === 'google.protobuf.Struct') return pick([{}, { a: 1 }, { b: ['x', null] }])
  if (message.typeName === 'google.protobuf.FieldMask') return ''
  return undefined
}

const TEXTS = [
  '', 'a', 'К', '01989b2c-0000-7000-8000-000000000001', '01989B2C-0000-7000-8000-00000000000A', 'x@y', 'ї@b.com', 'a@b.co.ua', '+380441234567',
  '12.50', '-1', '1e5', 'UAH', 'uah', ',', '\t', '1001', 'http://a.b/c', 'nadia.k', 'utf-8', 'кома, "лапки"\n', '2026-11-21', '00',
]

function text(field: DescField): string {
  const rules = getOption(field, fieldRules)
  const limit = rules.type.case === 'string' ? Number(rules.type.value.maxLen ?? 0n) : 0
  if (limit > 0 && random() < 0.2) return pick(['ї', '😀', 'a']).repeat(limit + pick([-1, 0, 1]))
  return pick(TEXTS)
}

function sorted(names: string[]): string {
  return [...new Set(names)].sort().join(', ')
}

function pick<T>(from: readonly T[]): T {
  return from[Math.floor(random() * from.length)]!
}

/** Small seeded generator, so that a failure can be repeated. */
function mulberry(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}
