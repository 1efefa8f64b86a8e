import { fromBinary, toJson, type DescMethod, type JsonValue } from '@bufbuild/protobuf'
import { createValidator, type Violation as ProtoViolation } from '@bufbuild/protovalidate'
import { invalid, ruleOf, type Violation } from '@vitrylo/errors'
import { loadContract, type Contract } from '@vitrylo/proto/contract.ts'

let shared: { contract: Contract; validator: ReturnType<typeof createValidator> } | undefined

/** The contract of the process, read once: several services may live in it. */
export function contract(): { contract: Contract; validator: ReturnType<typeof createValidator> } {
  if (shared === undefined) {
    const loaded = loadContract()
    shared = { contract: loaded, validator: createValidator({ registry: loaded.registry }) }
  }
  return shared
}

/** Refuses a request that breaks a limit of the contract; names every wrong field. */
export function validate(rpc: DescMethod, bytes: Uint8Array): void {
  const message = fromBinary(rpc.input, bytes)
  const result = contract().validator.validate(rpc.input, message)
  if (result.kind === 'error') throw result.error
  if (result.kind === 'valid') return
  const mask = (message as unknown as { updateMask?: { paths: string[] } }).updateMask?.paths
  const judged = result.violations.filter((violation) => mask === undefined || isNamed(violation, mask))
  if (judged.length > 0) throw invalid(judged.map(violationOf))
}

/** What breaks a limit of the contract in a message that came by another way than a request: a row of a file. */
export function messageViolations(typeName: string, bytes: Uint8Array): Violation[] {
  const { contract: { registry }, validator } = contract()
  const type = registry.getMessage(typeName)
  if (type === undefined) throw new Error(`the contract has no ${typeName}`)
  const result = validator.validate(type, fromBinary(type, bytes))
  if (result.kind === 'error') throw result.error
  return result.kind === 'valid' ? [] : result.violations.map(violationOf)
}

/** A message as REST gives it. */
export function messageJson(typeName: string, bytes: Uint8Array): JsonValue {
  const { registry } = contract().contract
  const type = registry.getMessage(typeName)
  if (type === undefined) throw new Error(`the contract has no ${typeName}`)
  return toJson(type, fromBinary(type, bytes), { alwaysEmitImplicit: true, registry })
}

/** A partial update is judged only in what its mask names. */
function isNamed({ field: [first, second] }: ProtoViolation, mask: string[]): boolean {
  if (first?.kind !== 'field' || second?.kind !== 'field' || second.name === 'id' || mask.includes('*')) return true
  return mask.some((path) => path.split('.')[0] === second.name)
}

export function violationOf(violation: ProtoViolation): Violation {
  // One letter at least means: required. Ajv in the gateway says it so, too.
  const required = violation.ruleId === 'string.min_len' && / 1 /.test(violation.message)
  return {
    field: jsonPath(violation.field),
    rule: required ? 'required' : ruleOf(violation.ruleId),
    description: violation.message,
  }
}

function jsonPath(path: ProtoViolation['field']): string {
  let text = ''
  for (const part of path) {
    if (part.kind === 'field') text += (text === '' ? '' : '.') + part.jsonName
    else if (part.kind === 'list_sub') text += `[${part.index}]`
    else if (part.kind === 'map_sub') text += `.${part.key}`
  }
  return text
}
