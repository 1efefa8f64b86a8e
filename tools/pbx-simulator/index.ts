import { createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { createChannels } from './channels.ts'
import { callBlocks, CHANNELS } from './recording.ts'
import type { Block, CallOptions } from './recording.ts'
import { serveManager } from './session.ts'
import type { Session } from './session.ts'

export type { CallOptions } from './recording.ts'

export type SimulatorOptions = {
  /** 0 takes any free port. */
  port: number
  host: string
  username: string
  secret: string
  /** The system name that goes before every channel's key. */
  system?: string
  /** Speaks TLS with this certificate; both in PEM. */
  tls?: { cert: string; key: string }
  /** Writes in pieces of so many bytes, as a slow network would. */
  pieceBytes?: number
}

export type PlayedCall = { uniqueid: string; done: Promise<void> }

export type PbxSimulator = {
  port: number
  /** Plays a call to every client that is logged in. */
  play(options: CallOptions): PlayedCall
  /** Cuts every connection; clients may connect again. */
  drop(): void
  /** From now on nothing is answered and nothing is sent, yet connections stay. */
  hang(hung: boolean): void
  stop(): Promise<void>
}

const RECORDED_LINE = '5550101'

/** A PBX without phones: speaks Asterisk's manager protocol and plays a recorded call when asked to. */
export async function startPbxSimulator(options: SimulatorOptions): Promise<PbxSimulator> {
  const { system = 'sim', pieceBytes = Infinity } = options
  const startedAt = Date.now()
  const sessions = new Set<Session>()
  const timers = new Set<NodeJS.Timeout>()
  const channels = createChannels()
  let serial = 0
  let hung = false

  function broadcast(block: Block) {
    channels.see(block)
    for (const session of sessions) session.event(block)
  }

  function play(call: CallOptions): PlayedCall {
    const now = Date.now()
    const blocks = callBlocks(call, system, serial++, now)
    const uniqueid = `${system}-${Math.floor(now / 1000)}.${(serial - 1) * CHANNELS}`
    const done = new Promise<void>((resolve) => {
      let left = blocks.length
      for (const { afterMs, block } of blocks) {
        const timer = setTimeout(() => {
          timers.delete(timer)
          broadcast(block)
          if (--left === 0) resolve()
        }, afterMs)
        timers.add(timer)
      }
    })
    return { uniqueid, done }
  }

  const greet = (socket: Socket): void => {
    const context = { ...options, startedAt, pieceBytes, channels, play: playRequested, isHung: () => hung }
    const session = serveManager(socket, context)
    sessions.add(session)
    socket.on('close', () => sessions.delete(session))
  }
  const server = options.tls === undefined ? createServer(greet) : createTlsServer(options.tls, greet)

  function playRequested(line: string, call: Omit<CallOptions, 'line'>) {
    play({ ...call, line: line || RECORDED_LINE })
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, options.host, resolve)
  })

  const drop = () => {
    for (const session of sessions) session.close()
  }
  return {
    port: (server.address() as AddressInfo).port,
    play,
    drop,
    hang(value) {
      hung = value
    },
    async stop() {
      for (const timer of timers) clearTimeout(timer)
      const closed = new Promise((resolve) => server.close(resolve))
      drop()
      await closed
    },
  }
}
