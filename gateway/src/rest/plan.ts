import type { DescField } from '@bufbuild/protobuf'
import type { Contract, Method } from '@vitrylo/proto/contract.ts'
import type { Ajv2020 } from 'ajv/dist/2020.js'
import type { Violation } from '@vitrylo/errors'
import type { Schema } from '../contract/rules.ts'
import { patchedField, schemasOf } from '../contract/schema.ts'
import { createAjv, lazyCheck, SCHEMAS } from '../contract/validator.ts'
import { queryFields } from '../openapi/document.ts'
import { resolve, routerPath, variablesOf } from './paths.ts'

/** A path variable: where its value goes, and whether it must be a UUID to name anything at all. */
export type Variable = { param: string; fields: DescField[]; uuid: boolean; kind: string }

/** Everything about a route that does not change from request to request. */
export type Plan = {
  method: Method
  url: string
  variables: Variable[]
  query: ReadonlyMap<string, DescField>
  /** Field of the request message that the body is; undefined when the body is the message, or there is none. */
  bodyField: DescField | undefined
  /** The resource of a partial update, and what of it may be changed. */
  patched: { field: DescField; writable: ReadonlySet<string> } | undefined
  /** Where the header If-Match goes. */
  etagIn: 'request' | 'resource' | undefined
  check(json: unknown): Violation[]
}

export function plansOf(contract: Contract): Plan[] {
  const schemas = schemasOf(contract, SCHEMAS)
  const kinds = kindsOf(contract)
  const refs = contract.methods.map(({ rpc }) => schemas.ref(rpc.input, 'in'))
  const ajv = createAjv(schemas.components)
  const isReadOnly = (field: DescField) => schemas.property(field, 'in').readOnly === true
  const isUuid = (field: DescField) => schemas.property(field, 'in').format === 'uuid'
  return contract.methods.map((method, i) => {
    const { input } = method.rpc
    const patched = patchedField(input)
    return {
      method,
      url: routerPath(method.path),
      variables: variablesOf(method.path).map((path, position) => {
        const fields = resolve(input, path, 'name')
        if (fields === undefined) throw new Error(`${method.rpc.toString()}: ${method.path} names no field of the request`)
        return { param: `p${position}`, fields, uuid: isUuid(fields.at(-1)!), kind: kindOf(kinds, method.path, position) }
      }),
      query: new Map(queryFields(method).map((field) => [field.jsonName, field])),
      bodyField: input.fields.find(({ name }) => name === method.body),
      patched: patched && { field: patched, writable: writableOf(patched, isReadOnly) },
      etagIn: input.field.etag ? 'request' : patched?.message!.field.etag ? 'resource' : undefined,
      check: checkOf(ajv, method, refs[i]!),
    }
  })
}

/** An upload is judged by its service: the gateway sees bytes. */
function checkOf(ajv: Ajv2020, { stream }: Method, schema: Schema): (json: unknown) => Violation[] {
  return stream === 'upload' ? () => [] : lazyCheck(ajv, schema)
}

function writableOf({ message }: DescField, isReadOnly: (field: DescField) => boolean): Set<string> {
  const fields = message!.fields.filter((field) => field.name !== 'id' && field.name !== 'etag' && !isReadOnly(field))
  return new Set(fields.map(({ jsonName }) => jsonName))
}

/** `counterparties` -> `counterparty`: what the collection's members are called. */
function kindsOf({ methods }: Contract): Map<string, string> {
  const kinds = new Map<string, string>()
  for (const { verb, path, rpc } of methods) {
    const collection = verb === 'get' ? /([\w-]+)\/\{id\}$/.exec(path)?.[1] : undefined
    if (collection !== undefined) kinds.set(collection, rpc.output.name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase())
  }
  return kinds
}

function kindOf(kinds: Map<string, string>, path: string, position: number): string {
  const collection = [...path.matchAll(/([\w-]+)\/\{/g)][position]?.[1] ?? 'record'
  return kinds.get(collection) ?? collection
}
