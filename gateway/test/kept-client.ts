import { connect, type Socket } from 'node:net'
import { parentPort, Worker, workerData } from 'node:worker_threads'

export type Tally = {
  answered: number
  /** Requests on a connection that had had an answer before, and got none. */
  lost: number
}

export const LONGEST_REST_MS = 500

const pathOf = (chance: number): string => (chance < 0.02 ? '/after/400' : chance < 0.5 ? `/after/${Math.round(chance * 40)}` : '/now')

/**
 * Asks over connections that it keeps, with random rests, as a proxy does: what failed is not asked again, and a connection
 * whose answer says so is left. Ends when the server takes no new one.
 */
async function keepAsking(port: number, tally: Tally): Promise<void> {
  for (let socket = await open(port); socket !== undefined; socket = await open(port)) {
    for (let isKept = true, asked = 0; isKept; asked++) {
      if (asked > 0) await new Promise((resolve) => setTimeout(resolve, Math.random() * (Math.random() < 0.05 ? LONGEST_REST_MS : 10)))
      if (socket.readableEnded || socket.destroyed) break
      const head = await ask(socket, pathOf(Math.random()))
      if (head !== undefined) tally.answered++
      else if (asked > 0) tally.lost++
      isKept = head !== undefined && !/^connection: close$/im.test(head)
    }
    socket.destroy()
  }
}

const open = (port: number): Promise<Socket | undefined> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket)).setNoDelay()
    socket.on('error', () => resolve(undefined))
  })

/** The head of the answer, once all of the answer is there; undefined when the connection ended before. */
export function ask(socket: Socket, path: string): Promise<string | undefined> {
  if (socket.readableEnded || socket.destroyed) return Promise.resolve(undefined)
  return new Promise((resolve) => {
    let text = ''
    const end = (head?: string) => {
      socket.off('data', read).off('close', gone).off('end', gone)
      resolve(head)
    }
    const gone = () => end()
    const read = (part: Buffer) => {
      text += part.toString('latin1')
      const [head, body] = text.split('\r\n\r\n')
      if (body !== undefined && body.length >= Number(/^content-length: (\d+)/im.exec(head!)![1])) end(head!.replaceAll('\r', ''))
    }
    socket.on('data', read).once('close', gone).once('end', gone)
    socket.write(`GET ${path} HTTP/1.1\r\nhost: here\r\n\r\n`)
  })
}

/** Clients in a thread of their own, so that neither side waits for the other; resolves when the server takes none of them any more. */
export function startClients(port: number, count: number): Promise<Tally> {
  const worker = new Worker(new URL(import.meta.url), { workerData: { port, count } satisfies Work })
  return new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject))
}

type Work = { port: number; count: number }

if (workerData !== null) {
  const { port, count } = workerData as Work
  const tally: Tally = { answered: 0, lost: 0 }
  await Promise.all(Array.from({ length: count }, () => keepAsking(port, tally)))
  parentPort!.postMessage(tally)
}
