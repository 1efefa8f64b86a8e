import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** One event as the PBX sent it: header names and values in their order. */
export type Block = [name: string, value: string][]

export type CallOptions = {
  callerNumber: string
  callerName?: string
  /** The agent's extension that rings. */
  extension: string
  /** The number the caller dialled. */
  line?: string
  queue?: string
  /** How long the phone rings before it is answered, so that a person can see the card. */
  ringSeconds?: number
  talkSeconds?: number
}

/** `afterMs` counts from the start of the call. */
export type TimedBlock = { afterMs: number; block: Block }

/** One of our own recordings of a real PBX. Times are seconds since 1970 by its clock. */
type Recording = {
  file: string
  callerNumber: string
  callerName: string
  line: string
  queue: string
  /** Whose phones ring; the first one stands for the extension that is asked for. */
  agents: string[]
  startedAt: number
  rings: number
  /** When somebody answers, or the ringing ends. */
  answered: number
  ended: number
}

/** By the number dialled, as an exchange has its lines. */
const RECORDINGS: Readonly<Record<string, Recording>> = {
  // A caller waits in a queue, an agent answers, the caller hangs up.
  '5550101': {
    file: 'inbound-answered.ami.txt', callerNumber: '+442079460123', callerName: 'Jane Roe', line: '5550101', queue: 'sales', agents: ['1001'],
    startedAt: 1795227887.922099, rings: 1795227887.9534, answered: 1795227889.455, ended: 1795227893.455,
  },
  // Three phones ring, the second one is answered.
  '5550106': {
    file: 'ring-group.ami.txt', callerNumber: '+12025550188', callerName: '<unknown>', line: '5550106', queue: '', agents: ['1001', '1002', '1003'],
    startedAt: 1795227933.877182, rings: 1795227933.8801, answered: 1795227935.3819, ended: 1795227937.886,
  },
  // A queue rings an agent, the caller hangs up before the answer.
  '5550102': {
    file: 'queue-ring-hangup.ami.txt', callerNumber: '+442079460157', callerName: '<unknown>', line: '5550101', queue: 'sales', agents: ['1001'],
    startedAt: 1795252473.915785, rings: 1795252473.951, answered: 1795252476.9331, ended: 1795252476.9331,
  },
}
const USUAL = RECORDINGS['5550101']!

const files = new Map<string, Block[]>()

function blocksOf({ file, startedAt }: Recording): Block[] {
  const known = files.get(file)
  if (known !== undefined) return known
  const blocks = readFileSync(join(import.meta.dirname, file), 'utf8')
    .split('\r\n\r\n')
    .map(parseBlock)
    .filter((block) => Number(headerOf(block, 'Timestamp')) >= startedAt)
  files.set(file, blocks)
  return blocks
}

export function parseBlock(text: string): Block {
  const lines = text.split('\r\n').map((line) => [line, line.indexOf(':')] as const)
  return lines
    .filter(([, colon]) => colon > 0)
    .map(([line, colon]) => [line.slice(0, colon), line.slice(colon + 1).trim()])
}

export function headerOf(block: Block, name: string): string {
  return block.find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1] ?? ''
}

/** The recorded call as another one: other people, other keys, other times. `serial` numbers its channels. */
export function callBlocks(options: CallOptions, system: string, serial: number, startedAtMs: number): TimedBlock[] {
  const recording = RECORDINGS[options.line ?? ''] ?? USUAL
  const rewrite = rewriter(recording, options, system, serial, startedAtMs)
  const { ringSeconds = 6, talkSeconds = 8 } = options
  return blocksOf(recording).map((block) => {
    const afterMs = stretch(recording, Number(headerOf(block, 'Timestamp')), ringSeconds, talkSeconds) * 1000
    return { afterMs, block: block.map(([name, value]) => [name, rewrite(name, value, startedAtMs + afterMs)]) }
  })
}

function stretch({ startedAt, rings, answered, ended }: Recording, at: number, ringSeconds: number, talkSeconds: number): number {
  const ring = Math.min(Math.max(at - rings, 0), answered - rings)
  const talk = Math.min(Math.max(at - answered, 0), ended - answered)
  const rest = at - startedAt - ring - talk
  return rest + (ring / (answered - rings)) * ringSeconds + (ended > answered ? (talk / (ended - answered)) * talkSeconds : 0)
}

/** Channels of one call, at most. */
export const CHANNELS = 8
const SYSTEM = 'pbx1'

function rewriter(recording: Recording, options: CallOptions, system: string, serial: number, startedAtMs: number) {
  const { callerNumber, callerName = '<unknown>', extension, line = recording.line, queue = recording.queue } = options
  const people = agentsOf(recording, extension)
  const words = new Map([...people, [recording.callerNumber, callerNumber], [recording.callerName, callerName], [recording.line, line], [SYSTEM, system]])
  if (recording.queue !== '') words.set(recording.queue, queue)
  const bridges = new Map<string, string>()
  const numbers = { key: new Map<string, number>(), channel: new Map<string, number>() }
  // Keys are numbered in the order in which they were given out.
  const numbered = (of: Map<string, number>, key: string): number => {
    if (!of.has(key)) of.set(key, of.size)
    return serial * CHANNELS + of.get(key)!
  }
  const replaced = (word: string): string => {
    if (UUID.test(word)) {
      if (!bridges.has(word)) bridges.set(word, randomUUID())
      return bridges.get(word)!
    }
    if (KEY.test(word)) return `${system}-${Math.floor(startedAtMs / 1000)}.${numbered(numbers.key, word)}`
    const [, name, key] = CHANNEL.exec(word) ?? []
    if (name === undefined) return words.get(word) ?? word
    return `PJSIP/${people.get(name) ?? name}-${numbered(numbers.channel, key!).toString(16).padStart(8, '0')}`
  }
  // All words in one pass, longest first: what was put in is never looked at again.
  const longest = [...words.keys()].sort((a, b) => b.length - a.length).map(RegExp.escape)
  const pattern = new RegExp([UUID.source, KEY.source, CHANNEL.source, ...longest].join('|'), 'g')
  return (name: string, value: string, atMs: number): string => {
    if (name === 'Timestamp') return (atMs / 1000).toFixed(6)
    if (name === 'StartTime' || name === 'AnswerTime') return dateTime(startedAtMs)
    if (name === 'EndTime') return dateTime(atMs)
    return value.replace(pattern, replaced)
  }
}

const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/
const KEY = /pbx1-\d+\.\d+/
const CHANNEL = /PJSIP\/(\w+)-([0-9a-f]{8})/

/** The first recorded agent is the extension that is asked for; whoever had it takes the first one's. */
function agentsOf({ agents }: Recording, extension: string): Map<string, string> {
  const [first = '', ...others] = agents
  return new Map([[first, extension], ...others.map((agent): [string, string] => [agent, agent === extension ? first : agent])])
}

function dateTime(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).replace('T', ' ')
}
