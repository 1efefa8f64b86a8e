// Writes libs/proto/gen/events.ts: every message of the contract that travels as an event, with where it travels.
import { writeFileSync } from 'node:fs'
import { loadContract, type EventDesc } from '@vitrylo/proto/contract.ts'

const target = new URL('../../libs/proto/gen/events.ts', import.meta.url)

const HEAD = `// Made from proto/ by tools/proto/generate.ts. Do not edit.

/** Reads and writes one kind of message; ts-proto's code fits. */
export interface MessageCodec<T> {
  encode(message: T): { finish(): Uint8Array }
  decode(input: Uint8Array): T
  fromJSON(object: any): T
  toJSON(message: T): unknown
  fromPartial(object: any): T
}

/** A message that travels as an event: its topic and the section whose \`view\` right shows it. */
export interface EventType<T> {
  readonly type: string
  readonly topic: string
  readonly section: string
  readonly live: boolean
  readonly codec: MessageCodec<T>
}
`

export function eventsModule(events: EventDesc[]): string {
  const sorted = events.toSorted((a, b) => (a.type < b.type ? -1 : 1))
  const byFile = Map.groupBy(sorted, ({ message }) => `./${message.file.name}.ts`)
  const imports = [...byFile].map(([file, inFile]) => `import { ${inFile.map(nameOf).join(', ')} } from '${file}'`)
  const topics = [...new Set(sorted.map(({ topic }) => topic))].sort()
  return [
    HEAD.replace('\n\n', `\n${imports.join('\n')}\n\n`),
    ...sorted.map(declaration),
    `/** Every event, by the full name of its message. */\nexport const eventTypes: Readonly<Record<string, EventType<any>>> = {\n${sorted
      .map((event) => `  '${event.type}': ${nameOf(event)}Event,\n`)
      .join('')}}\n`,
    `/** Every topic of the bus. */\nexport const topics: readonly string[] = [${topics.map((topic) => `\n  '${topic}',`).join('')}\n]\n`,
  ].join('\n')
}

function declaration(event: EventDesc): string {
  const name = nameOf(event)
  return `export const ${name}Event: EventType<${name}> = {
  type: '${event.type}',
  topic: '${event.topic}',
  section: '${event.section}',
  live: ${event.live},
  codec: ${name},
}
`
}

/** ts-proto joins the names of nested messages by an underscore. */
function nameOf({ message }: EventDesc): string {
  return message.typeName.slice(message.file.proto.package.length + 1).replaceAll('.', '_')
}

if (import.meta.main) writeFileSync(target, eventsModule(loadContract().events))
