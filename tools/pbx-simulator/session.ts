import type { Socket } from 'node:net'
import type { Channels } from './channels.ts'
import { headerOf, parseBlock } from './recording.ts'
import type { Block, CallOptions } from './recording.ts'

export type Session = {
  event(block: Block): void
  close(): void
}

export type SessionContext = {
  username: string
  secret: string
  startedAt: number
  pieceBytes: number
  channels: Channels
  play(line: string, call: Omit<CallOptions, 'line'>): void
  isHung(): boolean
}

/** One client of the manager. */
export function serveManager(socket: Socket, context: SessionContext): Session {
  let loggedIn = false
  let pending = ''
  socket.setNoDelay(true)
  socket.on('error', () => socket.destroy())
  write('Asterisk Call Manager/11.0.0\r\n')

  function write(text: string) {
    if (context.isHung() || socket.destroyed) return
    const bytes = Buffer.from(text)
    for (let from = 0; from < bytes.length; from += context.pieceBytes) {
      socket.write(bytes.subarray(from, Math.min(from + context.pieceBytes, bytes.length)))
    }
  }

  function send(block: Block) {
    write(`${block.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`)
  }

  function answer(action: Block, response: 'Success' | 'Error', ...more: Block) {
    const id = headerOf(action, 'ActionID')
    send([['Response', response], ...(id === '' ? [] : [['ActionID', id] as Block[number]]), ...more])
  }

  function list(action: Block, entries: Block[], complete: string) {
    const id: Block = [['ActionID', headerOf(action, 'ActionID')]]
    answer(action, 'Success', ['EventList', 'start'], ['Message', 'List will follow'])
    for (const [event, ...rest] of entries) send([event ?? ['Event', ''], ...id, ...rest])
    send([['Event', complete], ...id, ['EventList', 'Complete'], ['ListItems', String(entries.length)]])
  }

  function logIn(action: Block) {
    const right = headerOf(action, 'Username') === context.username && headerOf(action, 'Secret') === context.secret
    if (!right) {
      answer(action, 'Error', ['Message', 'Authentication failed'])
      return void socket.end()
    }
    loggedIn = true
    answer(action, 'Success', ['Message', 'Authentication accepted'])
    const uptime = String(Math.floor((Date.now() - context.startedAt) / 1000))
    send([
      ['Event', 'FullyBooted'],
      ['Privilege', 'system,all'],
      ['Uptime', uptime],
      ['Status', 'Fully Booted'],
    ])
  }

  function originate(action: Block) {
    const call = requestedCall(action)
    if (call === undefined) return answer(action, 'Error', ['Message', 'VITRYLO_EXTENSION and CallerID are needed'])
    answer(action, 'Success', ['Message', 'Originate successfully queued'])
    context.play(/^Local\/([^@/]+)/.exec(headerOf(action, 'Channel'))?.[1] ?? '', call)
  }

  const actions: Record<string, (action: Block) => void> = {
    ping: (action) => answer(action, 'Success', ['Ping', 'Pong'], ['Timestamp', (Date.now() / 1000).toFixed(6)]),
    coreshowchannels: (action) => list(action, context.channels.list(), 'CoreShowChannelsComplete'),
    queuestatus: (action) => list(action, [], 'QueueStatusComplete'),
    devicestatelist: (action) => list(action, [], 'DeviceStateListComplete'),
    originate,
    logoff: () => socket.end(),
  }

  function onAction(action: Block) {
    const name = headerOf(action, 'Action').toLowerCase()
    if (name === 'login') return logIn(action)
    if (!loggedIn) return answer(action, 'Error', ['Message', 'Permission denied'])
    const run = actions[name]
    if (run === undefined) return answer(action, 'Error', ['Message', 'Invalid/unknown command'])
    run(action)
  }

  socket.on('data', (chunk) => {
    pending += chunk.toString('latin1')
    for (let end = pending.indexOf('\r\n\r\n'); end >= 0; end = pending.indexOf('\r\n\r\n')) {
      const action = parseBlock(Buffer.from(pending.slice(0, end), 'latin1').toString('utf8'))
      pending = pending.slice(end + 4)
      onAction(action)
    }
  })
  return {
    event: (block) => {
      if (loggedIn) send(block)
    },
    close: () => socket.destroy(),
  }
}

/** The call that a test call's Originate describes; a real PBX would let its dial plan do this. */
function requestedCall(action: Block): Omit<CallOptions, 'line'> | undefined {
  const variables = new Map(
    action
      .filter(([name]) => name.toLowerCase() === 'variable')
      .flatMap(([, value]) => {
        const equals = value.indexOf('=')
        return equals > 0 ? [[value.slice(0, equals).replace(/^_+/, ''), value.slice(equals + 1)] as const] : []
      }),
  )
  const [, name = '', number = ''] = /^(?:"?([^"<]*?)"?\s*<)?([^<>]*)>?$/.exec(headerOf(action, 'CallerID')) ?? []
  const extension = variables.get('VITRYLO_EXTENSION') ?? ''
  if (extension === '' || number === '') return undefined
  const [queue, ring, talk] = ['QUEUE', 'RING_SECONDS', 'TALK_SECONDS'].map((each) => variables.get(`VITRYLO_${each}`))
  return {
    callerNumber: number,
    extension,
    ...(name === '' ? {} : { callerName: name }),
    ...(queue === undefined ? {} : { queue }),
    ...(ring === undefined ? {} : { ringSeconds: Number(ring) }),
    ...(talk === undefined ? {} : { talkSeconds: Number(talk) }),
  }
}
