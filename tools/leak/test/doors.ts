import { fromBinary, fromJson, ScalarType, toBinary, toJson, type DescField, type JsonObject } from '@bufbuild/protobuf'
import type { MethodDefinition } from '@grpc/grpc-js'
import type { AppError } from '@vitrylo/errors'
import { loadContract, type Method } from '@vitrylo/proto/contract.ts'
import type { PersonName, TestService } from '@vitrylo/testkit'

export const contract = loadContract()

/** One RPC of the contract, spoken to in JSON: whatever is added to the contract is a door without being named here. */
export type Door = { name: string; method: Method; area: string }

export const doors: Door[] = contract.methods
  .filter(({ stream }) => stream === 'unary')
  .map((method) => ({ name: `${method.rpc.parent.name}.${method.rpc.name}`, method, area: method.rpc.parent.typeName.split('.')[1]! }))

const rpcOf = ({ grpcPath, rpc }: Method): MethodDefinition<JsonObject, JsonObject> => ({
  path: grpcPath,
  requestStream: false,
  responseStream: false,
  requestSerialize: (json) => Buffer.from(toBinary(rpc.input, fromJson(rpc.input, json, { registry: contract.registry }))),
  requestDeserialize: () => ({}),
  responseSerialize: () => Buffer.alloc(0),
  responseDeserialize: (bytes) => toJson(rpc.output, fromBinary(rpc.output, bytes), { registry: contract.registry }) as JsonObject,
})

export type Answer = { code: string; text: string; json: JsonObject }

/** Everything that came back, as text: an answer, or the whole of an error. */
export function knock(service: TestService, { method }: Door, request: JsonObject, as: PersonName | 'machine'): Promise<Answer> {
  return service.call(rpcOf(method), request, { as }).then(
    (json) => ({ code: 'OK', text: JSON.stringify(json), json }),
    ({ code, reason, message, metadata, violations }: AppError) => ({ code, text: JSON.stringify([code, reason, message, metadata, violations]), json: {} }),
  )
}

/** Whether it is asked for one record by its id, alone or inside a change of it. */
export const namesRecord = ({ method: { rpc, safe } }: Door): boolean =>
  rpc.input.fields.some(({ name, message }) => name === 'id' || name === 'record_id' || (!safe && !rpc.name.startsWith('Create') && message?.field.id !== undefined))

export const recordsOf = ({ method }: Door, ids: Ids): readonly string[] => ids[resourceOf(method)] ?? []

export type Ids = Readonly<Record<string, readonly string[]>>

/** Requests that ask the door for each of the records, by whatever field names one. */
export function requestsFor({ method }: Door, ids: Ids, word: string): JsonObject[] {
  const most = Math.max(1, ...method.rpc.input.fields.map((field) => idsFor(field, method, ids).length))
  return Array.from({ length: most }, (_none, n) => {
    const request: JsonObject = {}
    for (const field of method.rpc.input.fields) {
      const value = valueFor(field, method, ids, word, n)
      if (value !== undefined) request[field.jsonName] = value
    }
    return request
  })
}

function valueFor(field: DescField, method: Method, ids: Ids, word: string, n: number): JsonObject[string] | undefined {
  const known = idsFor(field, method, ids)
  if (known.length > 0) return known[n % known.length]!
  if (field.name === 'q') return word
  if (field.name === 'names') return (ids.counterparties ?? []).map((id) => `vitrylo-${id}.vcf`)
  if (field.name === 'page_size') return 100
  if (field.fieldKind === 'enum') return field.enum.values.at(1)!.jsonName
  if (field.fieldKind === 'message' && field.message.field.id !== undefined && !method.safe) {
    // An update of a record that is named inside the message.
    const inner = ids[resourceOf(method)] ?? []
    const text = field.message.fields.find((each) => each.fieldKind === 'scalar' && each.scalar === ScalarType.STRING && /name|title|subject|note/.test(each.name))
    return inner.length === 0 ? undefined : { id: inner[n % inner.length]!, ...(text && { [text.jsonName]: 'taken' }) }
  }
  if (field.name === 'section') return 'counterparties'
  if (field.fieldKind === 'scalar' && field.scalar === ScalarType.STRING && ['text', 'reason', 'resolution', 'note'].includes(field.name)) return 'taken'
  return undefined
}

/** `/api/v1/opportunities/{id}` -> opportunities; also where the right is another section's. */
export const resourceOf = ({ path }: Method): string => path.split('/')[3]!.split(':')[0]!

function idsFor(field: DescField, method: Method, ids: Ids): readonly string[] {
  if (field.fieldKind !== 'scalar' || field.scalar !== ScalarType.STRING) return []
  if (field.name === 'id' || field.name === 'record_id') return ids[resourceOf(method)] ?? []
  const kind = /^(.*)_id$/.exec(field.name)?.[1]?.replaceAll('_', '-')
  if (kind === undefined) return []
  return ids[`${kind}s`] ?? ids[kind.replace(/y$/, 'ies')] ?? []
}
