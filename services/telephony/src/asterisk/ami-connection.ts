import { X509Certificate } from 'node:crypto'
import { connect as connectTcp } from 'node:net'
import type { Socket } from 'node:net'
import { checkServerIdentity, connect as connectTls, type ConnectionOptions } from 'node:tls'
import { encodeAction } from './ami-message.ts'
import type { AmiAction, AmiMessage } from './ami-message.ts'
import { createAmiParser } from './ami-parser.ts'

export type AmiTls = {
  /** PEM of the authority or of the PBX's own certificate: PBXs mostly sign their own. */
  ca?: string | undefined
}

export type AmiAddress = { host: string; port: number; tls?: AmiTls | undefined }

export type AmiConnection = {
  /** Sends an action; resolves with the answer that carries its ActionID, rejects after the deadline. */
  action(action: AmiAction): Promise<AmiMessage>
  /** An action answered by a list: the events of the list, without the one that ends it. Rejects if it is refused. */
  list(action: AmiAction): Promise<AmiMessage[]>
  close(reason: string): void
}

export type AmiHandlers = {
  signal: AbortSignal
  onEvent(message: AmiMessage): void
  onBytes(count: number): void
  /** Once, whatever the cause; `byPeer` if the connection itself ended, at once and not at a deadline of ours. */
  onClose(reason: string, byPeer: boolean): void
}

type Waiting = {
  events: AmiMessage[] | null
  resolve(result: { answer: AmiMessage; events: AmiMessage[] }): void
  reject(error: Error): void
  timer: NodeJS.Timeout
  answer?: AmiMessage
}

/** One TCP or TLS connection, until it is lost. Connecting again is the client's matter. */
export function openAmi(address: AmiAddress, deadlineMs: number, handlers: AmiHandlers): Promise<AmiConnection> {
  return new Promise((resolve, reject) => {
    const parser = createAmiParser()
    const waiting = new Map<string, Waiting>()
    let socket: Socket
    let lastId = 0
    let closed = ''
    const greeting = setTimeout(() => close('no greeting within the deadline'), deadlineMs).unref()

    function close(reason: string, byPeer = false) {
      if (closed !== '') return
      closed = reason
      clearTimeout(greeting)
      handlers.signal.removeEventListener('abort', onAbort)
      socket.destroy()
      for (const each of waiting.values()) {
        clearTimeout(each.timer)
        each.reject(new Error(reason))
      }
      waiting.clear()
      handlers.onClose(reason, byPeer)
      reject(new Error(reason))
    }

    function onAbort() {
      close('closed')
    }

    function request(action: AmiAction, wantsList: boolean) {
      return new Promise<{ answer: AmiMessage; events: AmiMessage[] }>((done, failed) => {
        if (closed !== '') return failed(new Error(closed))
        const id = String(action['ActionID'] ?? `v${++lastId}`)
        if (waiting.has(id)) return failed(new Error(`ActionID ${id} is already waiting for an answer`))
        const text = encodeAction({ ...action, ActionID: id })
        const timer = setTimeout(() => {
          waiting.delete(id)
          failed(new Error(`no answer to ${String(action['Action'])} within ${deadlineMs} ms`))
        }, deadlineMs).unref()
        waiting.set(id, { events: wantsList ? [] : null, resolve: done, reject: failed, timer })
        socket.write(text)
      })
    }

    function settle(id: string, entry: Waiting, answer: AmiMessage) {
      waiting.delete(id)
      clearTimeout(entry.timer)
      const refused = entry.events !== null && answer.get('Response') === 'Error'
      if (refused) entry.reject(new Error(answer.get('Message') || 'refused'))
      else entry.resolve({ answer, events: entry.events ?? [] })
    }

    function onMessage(message: AmiMessage) {
      const id = message.get('ActionID')
      const entry = id === '' ? undefined : waiting.get(id)
      if (message.get('Response') !== '' && message.get('Event') === '') {
        if (entry === undefined) return
        entry.answer = message
        // An answer that announces no list has none.
        if (entry.events === null || message.get('EventList') === '') settle(id, entry, message)
      } else if (entry?.events && entry.answer) {
        if (message.get('EventList') === 'Complete') settle(id, entry, entry.answer)
        else entry.events.push(message)
      } else handlers.onEvent(message)
    }

    socket = address.tls ? connectTls({ host: address.host, port: address.port, ...trustOf(address.tls) }) : connectTcp(address)
    socket.setNoDelay(true)
    handlers.signal.addEventListener('abort', onAbort)
    socket.on('error', (error) => close(error.message || String((error as NodeJS.ErrnoException).code), true))
    socket.on('close', () => close('the connection was closed', true))
    socket.on('data', (chunk) => {
      handlers.onBytes(chunk.length)
      try {
        for (const message of parser.push(chunk)) onMessage(message)
      } catch (error) {
        return close((error as Error).message)
      }
      if (parser.banner() === '' || closed !== '') return
      clearTimeout(greeting)
      resolve({
        action: async (action) => (await request(action, false)).answer,
        list: async (action) => (await request(action, true)).events,
        close,
      })
    })
  })
}

/** The exchange's very own certificate is good under whatever name it stands; one of an authority must name the host. */
function trustOf({ ca }: AmiTls): ConnectionOptions {
  if (ca === undefined) return {}
  const own = new X509Certificate(ca).fingerprint256
  return { ca, checkServerIdentity: (host, cert) => (cert.fingerprint256 === own ? undefined : checkServerIdentity(host, cert)) }
}
