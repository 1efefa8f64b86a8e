import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { ruleOf, type Violation } from '@vitrylo/errors'
import { describeRule } from './describe.ts'
import type { Schema } from './rules.ts'

/** Where the schemas live inside the Ajv instance. */
export const SCHEMAS = 'contract#/components/schemas/'

const LABEL = '[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?'
// As protovalidate reads an address; ajv-formats is stricter (it refuses `a@b`).
const EMAIL = new RegExp(`^[a-zA-Z0-9.!#$%&'*+/=?^_\`{|}~-]+@${LABEL}(\\.${LABEL})*$`)
// Thousands of wrong rows are not read by anybody, and each one is an object.
const MAX_VIOLATIONS = 200

/** All errors at once, nothing coerced, nothing dropped. */
export function createAjv(components: Record<string, Schema>): Ajv2020 {
  const ajv = new Ajv2020({ allErrors: true, strict: false, verbose: true, formats: { uuid: true, int64: true } })
  formats.default(ajv, ['date-time', 'hostname', 'ipv4', 'ipv6', 'uri'])
  ajv.addFormat('email', EMAIL)
  return ajv.addSchema({ $id: 'contract', components: { schemas: components } })
}

/** Compiled at the first call: a start compiles nothing that nobody uses. */
export function lazyCheck(ajv: Ajv2020, schema: Schema): (json: unknown) => Violation[] {
  let check: ValidateFunction | undefined
  return (json) => {
    check ??= ajv.compile(schema)
    return check(json) ? [] : violationsOf(check.errors!)
  }
}

/** Ajv's errors in the vocabulary that services use, too. */
export function violationsOf(errors: ErrorObject[]): Violation[] {
  const named = errors.filter(({ keyword }) => keyword !== 'anyOf' && keyword !== 'propertyNames').slice(0, MAX_VIOLATIONS)
  const all = named.map(violationOf)
  const missing = new Set(all.filter(({ rule }) => rule === 'required').map(({ field }) => field))
  // An empty obligatory field is one error, not three.
  return all.filter(({ rule, field }) => rule === 'required' || !missing.has(field))
}

function violationOf(error: ErrorObject): Violation {
  const rule = isZero(error) ? 'required' : ruleOf(error.keyword)
  return { field: fieldOf(error), rule, ...describe(error, rule) }
}

/** A zero value that is refused was forgotten, not mistaken; protobuf cannot tell it from an absent one. */
function isZero({ keyword, params, data }: ErrorObject): boolean {
  if (keyword === 'minLength') return params.limit === 1
  return ((keyword === 'pattern' || keyword === 'format') && data === '') || (keyword === 'enum' && data === 'unspecified')
}

function describe({ keyword, params, message, parentSchema }: ErrorObject, rule: string): Pick<Violation, 'description' | 'params'> {
  if (keyword === 'enum' && rule !== 'required') return { description: `must be one of ${params.allowedValues.filter((value: unknown) => value !== 'unspecified').join(', ')}` }
  if (rule === 'oneof') return { description: 'excludes another field that was given' }
  if (rule === 'unknown') return { description: 'no such field' }
  if (rule === 'required') return { description: 'must be given' }
  if (parentSchema?.format === 'uuid') return { description: 'must be a UUID' }
  return describeRule(keyword, params, parentSchema?.type === 'integer') ?? { description: message! }
}

/** `/phones/0` + missing `number` -> `phones[0].number`. */
function fieldOf({ instancePath, params, propertyName }: ErrorObject): string {
  const path = instancePath.split('/').slice(1).map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
  const own = params.missingProperty ?? params.additionalProperty
  if (own !== undefined) path.push(own)
  if (propertyName !== undefined) path.push(propertyName)
  return path.reduce((text, part) => {
    if (/^\d+$/.test(part)) return `${text}[${part}]`
    return text === '' ? part : `${text}.${part}`
  }, '')
}
