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

// Our own recording of a real PBX: a caller waits in a queue, an agent answers, the caller hangs up.
const FILE = join(import.meta.dirname, 'inbound-answered.ami.txt')
const RECORDED = {
  callerNumber: '+442079460123',
  callerName: 'Jane Roe',
  extension: '1001',
  line: '5550101',
  queue: 'sales',
  trunkChannel: 'PJSIP/trunk-00000000',
  agentChannel: 'PJSIP/1001-00000001',
  trunkId: 'pbx1-1795227887.2',
  agentId: 'pbx1-1795227887.3',
  system: 'pbx1',
  bridge: '966ec41d-6dd7-4ef4-a641-8984176060a5',
  startedAt: 1795227887.922099,
}
// Offsets in the recording, in seconds: the phone rings, is answered, the caller hangs up.
const RINGS = 0.0313
const ANSWERED = 1.5329
const HUNG_UP = 5.5329

let recorded: Block[] | undefined

function recordedBlocks(): Block[] {
  recorded ??= readFileSync(FILE, 'utf8')
    .split('\r\n\r\n')
    .map(parseBlock)
    .filter((block) => Number(headerOf(block, 'Timestamp')) >= RECORDED.startedAt)
  return recorded
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
  const rewrite = rewriter(options, system, serial, startedAtMs)
  const { ringSeconds = 6, talkSeconds = 8 } = options
  return recordedBlocks().map((block) => {
    const offset = Number(headerOf(block, 'Timestamp')) - RECORDED.startedAt
    const afterMs = stretch(offset, ringSeconds, talkSeconds) * 1000
    return { afterMs, block: block.map(([name, value]) => [name, rewrite(name, value, startedAtMs + afterMs)]) }
  })
}

function stretch(offset: number, ringSeconds: number, talkSeconds: number): number {
  const ring = Math.min(Math.max(offset - RINGS, 0), ANSWERED - RINGS)
  const talk = Math.min(Math.max(offset - ANSWERED, 0), HUNG_UP - ANSWERED)
  const rest = offset - ring - talk
  return rest + (ring / (ANSWERED - RINGS)) * ringSeconds + (talk / (HUNG_UP - ANSWERED)) * talkSeconds
}

function rewriter(options: CallOptions, system: string, serial: number, startedAtMs: number) {
  const { callerNumber, callerName = '<unknown>', extension, line = RECORDED.line, queue = RECORDED.queue } = options
  const id = (n: number) => `${system}-${Math.floor(startedAtMs / 1000)}.${serial * 2 + n}`
  const channel = (name: string, n: number) => `PJSIP/${name}-${(serial * 2 + n).toString(16).padStart(8, '0')}`
  const words = new Map([
    [RECORDED.trunkChannel, channel('trunk', 0)],
    [RECORDED.agentChannel, channel(extension, 1)],
    [RECORDED.trunkId, id(0)],
    [RECORDED.agentId, id(1)],
    [RECORDED.bridge, randomUUID()],
    [RECORDED.callerNumber, callerNumber],
    [RECORDED.callerName, callerName],
    [RECORDED.extension, extension],
    [RECORDED.line, line],
    [RECORDED.queue, queue],
    [RECORDED.system, system],
  ])
  // All words in one pass, longest first: what was put in is never looked at again.
  const pattern = new RegExp(
    [...words.keys()]
      .sort((a, b) => b.length - a.length)
      .map(RegExp.escape)
      .join('|'),
    'g',
  )
  return (name: string, value: string, atMs: number): string => {
    if (name === 'Timestamp') return (atMs / 1000).toFixed(6)
    if (name === 'StartTime' || name === 'AnswerTime') return dateTime(startedAtMs)
    if (name === 'EndTime') return dateTime(atMs)
    return value.replace(pattern, (word) => words.get(word) ?? word)
  }
}

function dateTime(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).replace('T', ' ')
}
