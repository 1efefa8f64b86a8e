import type { DescField } from '@bufbuild/protobuf'
import type { Contract, Method } from '@vitrylo/proto/contract.ts'
import { patchedField, schemasOf, type Schemas } from '../contract/schema.ts'
import type { Schema } from '../contract/rules.ts'
import { PROBLEM } from './problem-schema.ts'
import { LIVE_EVENTS } from './live-events.ts'

const VARIABLE = /\{([\w.]+)\}/g

/** OpenAPI 3.1 from the descriptors: comments are the descriptions, limits the keywords. */
export function openApi(contract: Contract): Schema {
  const schemas = schemasOf(contract)
  const paths: Record<string, Schema> = {}
  for (const method of contract.methods) {
    const path = method.path.replace(VARIABLE, (_all, name: string) => `{${lastWord(name)}}`)
    ;(paths[path] ??= {})[method.verb] = operation(contract, schemas, method)
  }
  paths['/api/v1/events'] = LIVE_EVENTS
  const used = usedComponents(schemas, paths)
  for (const name of used) if (name.endsWith('Patch')) allowNull(schemas.components[name]!)
  const sorted = [...used].sort().map((name) => [name, schemas.components[name]])
  return {
    openapi: '3.1.1',
    info: { title: 'Vitrylo', version: '1', description: 'Made from proto/. Errors are problem+json (RFC 9457).' },
    servers: [{ url: '/' }],
    security: [{ bearer: [] }],
    tags: tagsOf(contract),
    paths,
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } },
      responses: { Problem: { description: 'What went wrong.', content: { 'application/problem+json': { schema: reference('Problem') } } } },
      schemas: { Problem: PROBLEM, ...Object.fromEntries(sorted) },
    },
  }
}

function operation(contract: Contract, schemas: Schemas, method: Method): Schema {
  const { input, output, parent, name } = method.rpc
  const text = contract.comment(method.rpc)
  const body = requestBody(schemas, method)
  return {
    operationId: name[0]!.toLowerCase() + name.slice(1) + suffixOf(contract, method),
    tags: [tagOf(parent.typeName)],
    summary: text.split('\n')[0],
    description: text,
    parameters: [...pathParameters(schemas, method), ...headerParameters(method), ...queryParameters(schemas, method)],
    ...(body !== undefined && { requestBody: { required: method.body !== '*', content: body } }),
    'x-vitrylo-access': { section: method.section, action: method.action },
    responses: {
      ...success(contract, schemas, method),
      default: { $ref: '#/components/responses/Problem' },
    },
  }

  function success(of: Contract, from: Schemas, { stream }: Method): Schema {
    if (output.typeName === 'google.protobuf.Empty') return { 204: { description: 'Done.' } }
    if (stream === 'download') return { 200: { description: 'The file.', content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } } } }
    const description = of.comment(output).replaceAll(/\s+/g, ' ') || `Answer of ${input.name}.`
    return { 200: { description, content: { 'application/json': { schema: from.ref(output, 'out') } } } }
  }
}

function pathParameters(schemas: Schemas, { rpc, path }: Method): Schema[] {
  return [...path.matchAll(VARIABLE)].map(([, name]) => {
    const { description, readOnly: _output, ...schema } = schemas.property(fieldAt(rpc.input.fields, name!), 'in')
    return { name: lastWord(name!), in: 'path', required: true, description, schema }
  })
}

function headerParameters({ rpc, safe }: Method): Schema[] {
  const text = { type: 'string' }
  const etag = { name: 'If-Match', in: 'header', description: 'The etag that the change was made from; stale: 412.', schema: text }
  const key = {
    name: 'Idempotency-Key',
    in: 'header',
    description: 'Any 1 to 128 printable characters. A repeat with the same key gives the first answer; another body under it: 422.',
    schema: { ...text, minLength: 1, maxLength: 128 },
  }
  const takesEtag = rpc.input.field.etag !== undefined || patchedField(rpc.input)?.message!.field.etag !== undefined
  return [...(takesEtag ? [etag] : []), ...(safe ? [] : [key])]
}

function queryParameters(schemas: Schemas, method: Method): Schema[] {
  const required: string[] = componentOf(schemas, method).required ?? []
  return queryFields(method).map((field) => {
    const { description, ...schema } = schemas.property(field, 'in')
    return { name: field.jsonName, in: 'query', ...(required.includes(field.jsonName) && { required: true }), description, schema }
  })
}

/** Fields that a query may set: neither in the path nor in the body nor in a header. */
export function queryFields({ rpc, path, body, stream }: Method): DescField[] {
  if (body === '*') return []
  const bound = new Set([...path.matchAll(VARIABLE)].map(([, name]) => name!.split('.')[0]))
  return rpc.input.fields.filter((field) => {
    if (bound.has(field.name) || field.name === body || field.name === 'etag') return false
    // By the header Content-Length.
    if (stream === 'upload' && field.name === 'size') return false
    // By the header If-None-Match.
    if (stream === 'download' && field.name === 'known') return false
    return isText(field)
  })
}

function isText(field: DescField): boolean {
  if (field.fieldKind === 'map') return false
  if (field.fieldKind === 'message') return ['Timestamp', 'FieldMask', 'Duration'].includes(field.message.name)
  return field.fieldKind !== 'list' || field.listKind !== 'message'
}

function requestBody(schemas: Schemas, method: Method): Schema | undefined {
  if (method.stream === 'upload') return { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } }
  if (method.body === '') return undefined
  const field = method.rpc.input.fields.find(({ name }) => name === method.body)
  if (field === undefined) return { 'application/json': { schema: wholeBody(schemas, method) } }
  const { description: _text, ...schema } = schemas.property(field, 'in')
  return { 'application/json': { schema } }
}

/** `body: "*"` is the message without what the path and the headers say. */
function wholeBody(schemas: Schemas, method: Method): Schema {
  const { properties, required = [], ...rest } = componentOf(schemas, method)
  const bound = new Set([...method.path.matchAll(VARIABLE)].map(([, name]) => fieldAt(method.rpc.input.fields, name!).jsonName))
  const inBody = (name: string) => !bound.has(name) && name !== 'etag'
  const kept = required.filter(inBody)
  return {
    ...rest,
    properties: Object.fromEntries(Object.entries(properties).filter(([name]) => inBody(name))),
    ...(kept.length > 0 && { required: kept }),
  }
}

function componentOf(schemas: Schemas, { rpc }: Method): Schema {
  return schemas.components[lastWord(schemas.ref(rpc.input, 'in')['$ref'], '/')]!
}

function fieldAt(fields: readonly DescField[], path: string): DescField {
  const [first, ...rest] = path.split('.')
  const field = fields.find(({ name }) => name === first)!
  return rest.length === 0 ? field : fieldAt(field.message!.fields, rest.join('.'))
}

function usedComponents({ components }: Schemas, root: unknown): Set<string> {
  const used = new Set<string>()
  const visit = (node: unknown): void => {
    for (const [, name] of JSON.stringify(node).matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
      if (name === 'Problem' || used.has(name!)) continue
      used.add(name!)
      visit(components[name!])
    }
  }
  visit(root)
  return used
}

/** Null clears. Published only: the gateway takes nulls out before it validates. */
function allowNull(patch: Schema): void {
  for (const [name, schema] of Object.entries(patch.properties as Record<string, Schema>)) {
    if (!schema.readOnly) patch.properties[name] = { anyOf: [schema, { type: 'null' }], ...pickText(schema) }
  }
}

function pickText({ description }: Schema): Schema {
  return description === undefined ? {} : { description }
}

function reference(name: string): Schema {
  return { $ref: `#/components/schemas/${name}` }
}

/** The same service name may live in two areas (`ImportService`): the area tells them apart. */
function suffixOf({ methods }: Contract, { rpc }: Method): string {
  const twins = methods.filter((other) => other.rpc.name === rpc.name)
  if (twins.length === 1) return ''
  const area = rpc.parent.typeName.split('.')[1]!
  return `Of${area[0]!.toUpperCase()}${area.slice(1)}`
}

function tagOf(service: string): string {
  const [, area, , name] = service.split('.')
  return `${area}: ${name!.replace(/Service$/, '').replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase()}`
}

function tagsOf(contract: Contract): Schema[] {
  const services = [...new Set(contract.methods.map(({ rpc }) => rpc.parent))]
  const tags = services.map((service) => ({ name: tagOf(service.typeName), description: contract.comment(service) }))
  return [...tags, { name: 'live', description: 'What happens now.' }]
}

function lastWord(path: string, separator = '.'): string {
  return path.slice(path.lastIndexOf(separator) + 1)
}
