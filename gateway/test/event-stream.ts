import { request, type IncomingMessage } from 'node:http'
import { until } from '@vitrylo/testkit'

export type Received = { id: string; event: string; data: any }

/** A reader of server-sent events, as a browser's EventSource reads them. */
export class EventStream {
  readonly events: Received[] = []
  status = 0
  headers: IncomingMessage['headers'] = {}
  lastId = ''
  isOpen = false
  #close = (): void => {}

  static async open(url: string, headers: Record<string, string>): Promise<EventStream> {
    const stream = new EventStream()
    const outgoing = request(url, { headers, agent: false }, (answer) => {
      stream.status = answer.statusCode!
      stream.headers = answer.headers
      stream.isOpen = true
      let text = ''
      answer.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk
        const blocks = text.split('\n\n')
        text = blocks.pop()!
        blocks.forEach((block) => stream.#take(block))
      })
      answer.on('close', () => (stream.isOpen = false)).on('error', () => (stream.isOpen = false))
    })
    outgoing.on('error', () => (stream.isOpen = false))
    stream.#close = () => outgoing.destroy()
    outgoing.end()
    await until(() => stream.status !== 0 && (stream.status !== 200 || stream.lastId !== ''))
    return stream
  }

  close(): void {
    this.#close()
  }

  /** Waits for so many events; gives all. */
  async count(n: number): Promise<Received[]> {
    await until(() => this.events.length >= n)
    return this.events
  }

  #take(block: string): void {
    const fields = block.split('\n').map((line) => line.split(/: ?(.*)/s) as [string, string])
    const of = (name: string) => fields.find(([field]) => field === name)?.[1]
    const id = of('id')
    if (id !== undefined) this.lastId = id
    const data = of('data')
    if (data !== undefined) this.events.push({ id: this.lastId, event: of('event') ?? 'message', data: JSON.parse(data) })
  }
}
