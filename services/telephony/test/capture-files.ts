import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AmiItem, AmiSnapshot } from '../src/asterisk/ami-types.ts'
import type { AmiMessage } from '../src/asterisk/ami-message.ts'
import { createAmiParser } from '../src/asterisk/ami-parser.ts'
import type { PbxConfig } from '../src/call/model.ts'

const FOLDER = join(import.meta.dirname, 'captures')

/** What the phones themselves knew of a call; see the captures' truth files. */
export type Truth = {
  direction?: string
  caller?: string | null
  agent?: string
  callee?: string
  did?: string
  queue?: string | null
  secondQueue?: string
  answeredBy?: string | null
  rangAt?: string[]
  answeredElsewhereAt?: string[]
  transfers?: { kind: string; by: string; to: string }[]
  lastAgent?: string
  disposition?: string
  waitSeconds?: number
  talkSeconds?: number
  talkWithFirst?: number
  talkWithLast?: number
  holds?: number
  holdSeconds?: number
  hangupBy?: string
  states?: string[]
}

export type Capture = { name: string; connections: Buffer[]; truth: Truth[] }

export const CONFIG: PbxConfig = {
  pbxId: 'pbx1',
  trunks: ['trunk'],
  extensions: new Map(['1001', '1002', '1003', '1004', '1005'].map((each) => [each, `employee-${each}`])),
  extensionPattern: /^1\d{3}$/,
  country: 'UA',
}

export function readText(name: string): string {
  return readFileSync(join(FOLDER, name), 'utf8')
}

export function allCaptures(): Capture[] {
  const names = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).sort()
  return names
    .filter((name) => name.endsWith('.truth.json'))
    .map((name) => capture(name.slice(0, -'.truth.json'.length)))
}

export function capture(name: string): Capture {
  const [folder, base] = [join(FOLDER, name, '..'), name.slice(name.lastIndexOf('/') + 1)]
  const files = readdirSync(folder).filter((each) => each.startsWith(`${base}.`) && each.endsWith('.ami.txt'))
  const truth = JSON.parse(readText(`${name}.truth.json`)) as { calls: Truth[] }
  return { name, connections: files.sort().map((each) => readFileSync(join(folder, each))), truth: truth.calls }
}

export function messagesOf(bytes: Buffer): AmiMessage[] {
  return createAmiParser().push(bytes)
}

export function timeOf(message: AmiMessage): number {
  return Number(message.get('Timestamp')) * 1000
}

/** The items the client delivers for the bytes of several connections, one after the other. */
export function itemsOf(connections: readonly (readonly AmiMessage[])[]): AmiItem[] {
  let lostAt: number | undefined
  return connections.flatMap((messages, index) => {
    const items = connectionItems(messages, index, lostAt)
    lostAt = Math.max(lostAt ?? 0, ...messages.map(timeOf))
    return items
  })
}

// A list has the ActionID of its request and no Timestamp; live events of the same connection have none and one.
function connectionItems(messages: readonly AmiMessage[], connection: number, lostAt: number | undefined): AmiItem[] {
  const events = messages.filter((m) => m.get('Event') !== '' && timeOf(m) > 0)
  const firstLive = messages.findIndex((m) => timeOf(m) > 0)
  const answers = firstLive < 0 ? messages : messages.slice(0, firstLive)
  const lists = answers.filter((m) => m.get('Event') !== '' && m.get('ActionID') !== '' && timeOf(m) === 0)
  const of = (...names: string[]) => lists.filter((m) => names.includes(m.get('Event')))
  const at = events.length > 0 ? Math.min(...events.map(timeOf)) - 0.0005 : (lostAt ?? 0) + 1_000
  const snapshot: AmiSnapshot = {
    at,
    lostAt,
    channels: of('CoreShowChannel'),
    queues: of('QueueParams', 'QueueMember', 'QueueEntry'),
    devices: [],
  }
  const live = events.map((message, seq): AmiItem => {
    return { kind: 'event', message, receivedAt: timeOf(message), clockOffsetMs: 0, connection, seq }
  })
  const booted = messages.filter((m) => m.get('Event') === 'FullyBooted' && timeOf(m) === 0)
  const greeting = booted.map((message): AmiItem => {
    return { kind: 'event', message, receivedAt: at, clockOffsetMs: 0, connection, seq: -1 }
  })
  return [...greeting, { kind: 'snapshot', snapshot, receivedAt: at }, ...live]
}
