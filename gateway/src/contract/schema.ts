import { getOption, ScalarType, type DescField, type DescMessage } from '@bufbuild/protobuf'
import { FeatureSet_FieldPresence as Presence } from '@bufbuild/protobuf/wkt'
import {
  field as fieldRules,
  Ignore,
  oneof as oneofRules,
  type FieldRules,
} from '@bufbuild/protovalidate/gen/buf/validate/validate_pb.js'
import type { Contract } from '@vitrylo/proto/contract.ts'
import { applyRules, type Schema } from './rules.ts'

/** `in`: strict. `patch`: strict, nothing required. `out`: what is always sent is required. */
export type Face = 'in' | 'patch' | 'out'

export type Schemas = {
  components: Record<string, Schema>
  ref(message: DescMessage, face: Face): Schema
  property(field: DescField, face: Face): Schema
}

const INT32: Schema = { type: 'integer', minimum: -(2 ** 31), maximum: 2 ** 31 - 1 }
const UINT32: Schema = { type: 'integer', minimum: 0, maximum: 2 ** 32 - 1 }
const INT64: Schema = { type: 'string', format: 'int64', pattern: '^-?[0-9]{1,19}$' }

const WELL_KNOWN: Record<string, Schema> = {
  // ajv-formats takes a space between day and time, protobuf does not.
  Timestamp: { type: 'string', format: 'date-time', pattern: 'T' },
  Duration: { type: 'string', pattern: '^-?[0-9]+(\\.[0-9]{1,9})?s$' },
  FieldMask: { type: 'string' },
  Struct: { type: 'object', additionalProperties: true },
  Value: {},
  ListValue: { type: 'array', items: {} },
  Empty: { type: 'object', additionalProperties: false },
  StringValue: { type: ['string', 'null'] },
  BoolValue: { type: ['boolean', 'null'] },
  Int32Value: { type: ['integer', 'null'] },
  Int64Value: { type: ['string', 'null'] },
  DoubleValue: { type: ['number', 'null'] },
}

const SCALARS: Partial<Record<ScalarType, Schema>> = {
  [ScalarType.STRING]: { type: 'string' },
  [ScalarType.BOOL]: { type: 'boolean' },
  [ScalarType.BYTES]: { type: 'string', contentEncoding: 'base64' },
  [ScalarType.DOUBLE]: { type: 'number' },
  [ScalarType.FLOAT]: { type: 'number' },
  [ScalarType.INT32]: INT32,
  [ScalarType.SINT32]: INT32,
  [ScalarType.SFIXED32]: INT32,
  [ScalarType.UINT32]: UINT32,
  [ScalarType.FIXED32]: UINT32,
}

/** The resource of a partial update: its limits hold, nothing in it is obligatory, null clears. */
export function patchedField(message: DescMessage): DescField | undefined {
  if (message.field.updateMask === undefined) return undefined
  return message.fields.find((field) => field.fieldKind === 'message' && field.name !== 'update_mask')
}

/** Schemas of all messages, computed from descriptors and limits; one source for validation and for OpenAPI. */
export function schemasOf(contract: Contract, refPrefix = '#/components/schemas/'): Schemas {
  const components: Record<string, Schema> = {}
  const owners = new Map<string, string>()

  function ref(message: DescMessage, face: Face): Schema {
    if (message.typeName.startsWith('google.protobuf.')) return { ...WELL_KNOWN[message.name] }
    const name = nameOf(message, face)
    const owner = owners.get(name) ?? message.typeName
    if (owner !== message.typeName) throw new Error(`${owner} and ${message.typeName} would share the schema ${name}`)
    owners.set(name, owner)
    if (components[name] === undefined) {
      // Registered before it is filled, so that a message may contain itself.
      const schema: Schema = (components[name] = {})
      Object.assign(schema, messageSchema(message, face))
    }
    return { $ref: refPrefix + name }
  }

  function value(field: DescField, kind: string, face: Face): Schema {
    if (kind === 'message') return ref(field.message!, face)
    if (kind !== 'enum') return { ...(SCALARS[field.scalar!] ?? INT64) }
    if (field.enum!.typeName === 'google.protobuf.NullValue') return { type: 'null' }
    const { type } = getOption(field, fieldRules)
    const allowed = type.case === 'enum' && type.value.in.length > 0 ? type.value.in : undefined
    const words = field.enum!.values.filter(({ number }) => allowed?.includes(number) ?? true)
    return { type: 'string', enum: words.map(({ jsonName }) => jsonName) }
  }

  function container(field: DescField, face: Face): Schema {
    if (field.fieldKind === 'list') return { type: 'array', items: value(field, field.listKind, face) }
    if (field.fieldKind !== 'map') return value(field, field.fieldKind, face)
    return { type: 'object', additionalProperties: value(field, field.mapKind, face) }
  }

  function property(field: DescField, face: Face): Schema {
    const inner = face === 'out' ? 'out' : field === patchedField(field.parent!) ? 'patch' : 'in'
    const schema = applyRules(container(field, inner), getOption(field, fieldRules))
    const text = contract.comment(field)
    if (text !== '') schema.description = text
    if (text.startsWith('Output only.')) schema.readOnly = true
    return schema
  }

  function messageSchema(message: DescMessage, face: Face): Schema {
    const properties: Record<string, Schema> = {}
    const required: string[] = []
    for (const field of message.fields) {
      const schema = (properties[field.jsonName] = property(field, face))
      const rules = getOption(field, fieldRules)
      if (isRequired(field, schema, rules, face)) required.push(field.jsonName)
      if (face !== 'out' && rules.required) refuseZero(schema)
    }
    return {
      type: 'object',
      ...textOf(contract.comment(message)),
      properties,
      ...(required.length > 0 && { required }),
      ...(face !== 'out' && { additionalProperties: false }),
      ...(face !== 'out' && oneofsOf(message, face)),
    }
  }

  return { components, ref, property }
}

function isRequired(field: DescField, schema: Schema, rules: FieldRules, face: Face): boolean {
  const implicit = field.presence === Presence.IMPLICIT
  if (face === 'out') return field.fieldKind === 'list' || field.fieldKind === 'map' || (implicit && field.fieldKind !== 'message')
  if (face === 'patch' || schema.readOnly) return false
  return rules.required || ((implicit || field.fieldKind === 'list') && rules.ignore !== Ignore.IF_ZERO_VALUE && breaksOnZero(schema))
}

/** A field without presence that is left out arrives as its zero value; when that breaks a limit, the field is obligatory. */
function breaksOnZero(schema: Schema): boolean {
  const { minLength = 0, minItems = 0, minimum = 0, exclusiveMinimum = -1, pattern, type, format } = schema
  if (minLength > 0 || minItems > 0 || minimum > 0 || exclusiveMinimum >= 0) return true
  return type === 'string' && format !== 'int64' && pattern !== undefined && !new RegExp(pattern, 'u').test('')
}

function refuseZero(schema: Schema): void {
  if (schema.enum !== undefined) schema.enum = schema.enum.filter((word: string) => word !== 'unspecified')
  else if (schema.type === 'string') schema.minLength ??= 1
}

/** A oneof is flat in JSON: naming one member forbids the others. */
function oneofsOf(message: DescMessage, face: Face): Schema {
  const dependentSchemas: Record<string, Schema> = {}
  const allOf: Schema[] = []
  for (const oneof of message.oneofs) {
    const names = oneof.fields.map((field) => field.jsonName)
    for (const name of names) {
      const others = names.filter((other) => other !== name)
      dependentSchemas[name] = { properties: Object.fromEntries(others.map((other) => [other, false])) }
    }
    if (face === 'in' && getOption(oneof, oneofRules).required) allOf.push({ anyOf: names.map((name) => ({ required: [name] })) })
  }
  return { ...(message.oneofs.length > 0 && { dependentSchemas }), ...(allOf.length > 0 && { allOf }) }
}

function nameOf(message: DescMessage, face: Face): string {
  const name = message.typeName.replace(/^.*\.v\d+\./, '').replaceAll('.', '')
  return name + { in: 'Input', patch: 'Patch', out: '' }[face]
}

function textOf(description: string): Schema {
  return description === '' ? {} : { description }
}
