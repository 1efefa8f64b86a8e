import { readFileSync } from 'node:fs'
import {
  createFileRegistry,
  fromBinary,
  getOption,
  hasOption,
  type DescEnum,
  type DescExtension,
  type DescField,
  type DescMessage,
  type DescMethod,
  type FileRegistry,
} from '@bufbuild/protobuf'
import { FileDescriptorSetSchema, MethodOptions_IdempotencyLevel as Level } from '@bufbuild/protobuf/wkt'
import { readComments } from './comments.ts'
import { recordsOf, type RecordDesc } from './records.ts'

export type Verb = 'get' | 'post' | 'put' | 'patch' | 'delete'

/** One RPC with everything that gateway and services must know about it. */
export type Method = {
  rpc: DescMethod
  grpcPath: string
  verb: Verb
  path: string
  body: string
  section: string
  action: string
  /** Changes nothing. */
  safe: boolean
  /** May be repeated after a lost connection: safe, or declared idempotent. */
  idempotent: boolean
  /** `upload`: a raw request body in chunks; `download`: a raw answer in chunks. */
  stream: 'unary' | 'upload' | 'download'
}

/** A message that travels as an event. */
export type EventDesc = { message: DescMessage; type: string; topic: string; section: string; live: boolean }

export type Contract = {
  registry: FileRegistry
  methods: Method[]
  events: EventDesc[]
  /** Messages that tell of records, by their full names. */
  records: ReadonlyMap<string, RecordDesc>
  /** Text above a declaration in the proto file. */
  comment(of: { proto: object }): string
}

const OWN = /^vitrylo(\.|$)/
/** The only action that needs no section. */
export const SIGNED_IN = 'signed-in'

/** The contract as data, read from the descriptor set that the stubs are made of. */
export function loadContract(path: string | URL = new URL('./contract.binpb', import.meta.url)): Contract {
  const set = fromBinary(FileDescriptorSetSchema, readFileSync(path))
  const comments = new Map<object, string>()
  for (const file of set.file.filter((candidate) => OWN.test(candidate.package))) {
    readComments(file, comments)
  }
  const registry = createFileRegistry(set)
  const types = [...registry]
  for (const type of types) if (type.kind === 'enum' && OWN.test(type.file.proto.package)) lowerCaseWords(type)
  return {
    registry,
    methods: types
      .filter((type) => type.kind === 'service')
      .flatMap((service) => service.methods.map((rpc) => methodOf(registry, rpc))),
    events: types.filter((type) => type.kind === 'message').flatMap((message) => eventOf(registry, message)),
    records: recordsOf(registry, (of, name) => option(registry, of, name)),
    comment: ({ proto }) => comments.get(proto) ?? '',
  }
}

// REST speaks lower-case words: CALL_STATE_IN_PROGRESS is `in-progress`. As JSON names in the descriptors they hold in
// fromJson, toJson, JSON Schema and OpenAPI at no cost per call; reading still takes the full names, as events write them.
function lowerCaseWords(type: DescEnum): void {
  const prefix = `${type.name.replace(/([a-z0-9])(?=[A-Z])/g, '$1_').toUpperCase()}_`
  for (const value of type.values as { name: string; jsonName: string }[]) {
    value.jsonName = value.name.replace(prefix, '').toLowerCase().replaceAll('_', '-')
  }
}

type Http = { pattern: { case?: Verb; value: string }; body: string }
type Access = { section: string; action: number }

function methodOf(registry: FileRegistry, rpc: DescMethod): Method {
  const http = option<Http>(registry, rpc, 'google.api.http')
  const access = option<Access>(registry, rpc, 'vitrylo.access')
  const action = registry.getEnum('vitrylo.Action')?.value[access?.action ?? 0]
  const level = rpc.idempotency
  const missing = [
    http?.pattern.case === undefined && 'a path',
    (access === undefined || action === undefined || action.number === 0) && 'a right',
    access?.section === '' && action?.jsonName !== SIGNED_IN && 'a section',
    level === Level.IDEMPOTENCY_UNKNOWN && 'an idempotency level',
  ].filter((part) => part !== false)
  if (missing.length > 0) throw new Error(`${rpc.toString()} needs ${missing.join(' and ')}`)
  const safe = level === Level.NO_SIDE_EFFECTS
  return {
    rpc,
    grpcPath: `/${rpc.parent.typeName}/${rpc.name}`,
    verb: http!.pattern.case!,
    path: http!.pattern.value,
    body: http!.body,
    section: access!.section,
    action: action!.jsonName,
    safe,
    idempotent: safe || level === Level.IDEMPOTENT,
    stream: streamOf(rpc),
  }
}

function streamOf(rpc: DescMethod): Method['stream'] {
  if (rpc.methodKind === 'unary') return 'unary'
  if (rpc.methodKind === 'client_streaming') return 'upload'
  if (rpc.methodKind === 'server_streaming') return 'download'
  throw new Error(`${rpc.toString()}: streams in both directions have no REST form`)
}

function eventOf(registry: FileRegistry, message: DescMessage): EventDesc[] {
  const event = option<{ topic: string; section: string; live: boolean }>(registry, message, 'vitrylo.event')
  if (event === undefined) return []
  if (event.topic === '' || event.section === '') throw new Error(`${message.toString()}: an event needs topic and section`)
  return [{ message, type: message.typeName, topic: event.topic, section: event.section, live: event.live }]
}

function option<T>(registry: FileRegistry, of: DescMethod | DescMessage | DescField, name: string): T | undefined {
  const extension = registry.getExtension(name) as DescExtension | undefined
  return extension !== undefined && hasOption(of, extension) ? (getOption(of, extension) as T) : undefined
}
