import { globSync, readFileSync } from 'node:fs'
import { contacts } from '@vitrylo/contacts'
import { directory } from '@vitrylo/directory'
import { groupsOf } from '@vitrylo/gateway'
import * as events from '@vitrylo/proto/events.ts'
import { loadContract } from '@vitrylo/proto/contract.ts'
import { sales } from '@vitrylo/sales'
import { handlersOf, type Deps } from '@vitrylo/service'
import { serviceDesk } from '@vitrylo/service-desk'
import { telephony } from '@vitrylo/telephony'

const SERVICES = [directory, contacts, sales, serviceDesk, telephony]
const AREAS = ['gateway', ...SERVICES.map(({ name }) => name)].map((name) => name.replaceAll('-', ''))

const HEAD = `# Made by \`make chart\` from the handlers of the services and from the events that their code names. Do not edit.
# A user per service: it writes the topics of its own events and reads those whose events it consumes, nothing else. Strimzi
# puts the certificate into a Secret of the user's name, which is the one that the chart looks for.
`
const TOPICS = `---
# The job that makes the topics: no service may.
apiVersion: kafka.strimzi.io/v1
kind: KafkaUser
metadata:
  name: vitrylo-topics-kafka
  labels: {strimzi.io/cluster: vitrylo}
spec:
  authentication: {type: tls}
  authorization:
    type: simple
    acls:
      - {resource: {type: topic, name: vitrylo., patternType: prefix}, operations: [Create, Alter, AlterConfigs, Describe, DescribeConfigs]}
      - {resource: {type: cluster}, operations: [Describe]}
`

/** The resources of Strimzi that give each service its rights on Kafka. */
export function kafkaUsers(): string {
  const users = [
    { name: 'gateway', folder: 'gateway', reads: Object.values(groupsOf(loadContract(), Date.now)).flat() },
    ...SERVICES.map((service) => ({ name: service.name, folder: `services/${service.name}`, reads: handlersOf(service, DEPS) })),
  ].map(({ name, folder, reads }) => ({ name, reads: new Set(reads.map(({ topic }) => topic)), writes: writtenBy(name, folder) }))
  const unwritten = events.topics.filter((topic) => !users.some(({ writes }) => writes.has(topic)))
  if (unwritten.length > 0) throw new Error(`no code is seen to publish ${unwritten.join(', ')}`)
  return HEAD + users.map(userOf).join('') + TOPICS
}

const nothing: unknown = new Proxy(() => nothing, { get: (_target, key) => (typeof key === 'symbol' ? undefined : nothing) })
/** Handlers are made of it, and none is called. */
const DEPS = { pool: nothing, bus: nothing, log: nothing, rights: nothing, now: () => new Date(), committed: () => {}, env: {} } as Deps

type User = { name: string; reads: ReadonlySet<string>; writes: ReadonlySet<string> }

function userOf({ name, reads, writes }: User): string {
  const topics = [...reads.union(writes)].sort().map((topic) => {
    const operations = [...(reads.has(topic) ? ['Read'] : []), ...(writes.has(topic) ? ['Write'] : []), 'Describe']
    return `      - {resource: {type: topic, name: ${topic}}, operations: [${operations.join(', ')}]}\n`
  })
  // Delete: a rebuild reads as a group of its own and leaves none behind.
  return `---
apiVersion: kafka.strimzi.io/v1
kind: KafkaUser
metadata:
  name: vitrylo-${name}-kafka
  labels: {strimzi.io/cluster: vitrylo}
spec:
  authentication: {type: tls}
  authorization:
    type: simple
    acls:
      - {resource: {type: group, name: ${name}, patternType: prefix}, operations: [Read, Describe, Delete]}
${topics.join('')}`
}

/** Events of its own and of no service's area that its code names, and all that the libs name which it is made of; not those that are only handled. */
function writtenBy(name: string, folder: string): Set<string> {
  const own = namedIn(`${folder}/src/**/*.ts`).filter((topic) => {
    const area = topic.split('.')[1]!
    return area === name.replaceAll('-', '') || !AREAS.includes(area)
  })
  return new Set([...own, ...libsOf(folder).flatMap((lib) => namedIn(`${lib}/src/**/*.ts`))])
}

function namedIn(pattern: string): string[] {
  const text = globSync(pattern)
    .map((path) => readFileSync(path, 'utf8').replace(/^import [\s\S]*?from '[^']*'$/gm, '').replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, ''))
    .join('\n')
    // Handlers and comparisons publish nothing.
    .replace(/\bon(Many)?(<[^(]*>)?\(\s*(\[[^\]]*\]|\w+)|\w+Event\.type\b|[!=]== \w+Event\b/g, '')
  const named = new Set(text.match(/\b\w+Event\b/g))
  return Object.entries(events).flatMap(([key, event]) => (named.has(key) ? [(event as { topic: string }).topic] : []))
}

function libsOf(folder: string, found = new Set<string>()): string[] {
  const { dependencies = {} } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8')) as { dependencies?: Record<string, string> }
  for (const name of Object.keys(dependencies).filter((name) => name.startsWith('@vitrylo/'))) {
    const lib = name.replace('@vitrylo/', 'libs/')
    if (!found.has(lib)) libsOf(lib, found.add(lib))
  }
  return [...found]
}
