import { parseMessage } from './ami-message.ts'
import type { AmiMessage } from './ami-message.ts'

export class AmiProtocolError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'AmiProtocolError'
  }
}

export type AmiParser = {
  /** Takes bytes as they come, split anywhere; gives the messages that are complete now. */
  push(chunk: Buffer): AmiMessage[]
  /** The greeting line, '' until it came. */
  banner(): string
}

const END = Buffer.from('\r\n\r\n')

/** Bytes are cut into messages before they are decoded: a character of several bytes may arrive in two chunks. */
export function createAmiParser(maxMessageBytes = 1024 * 1024): AmiParser {
  let pending: Buffer = Buffer.alloc(0)
  let searched = 0
  let banner = ''

  function take(end: number, mark: number): string {
    const text = pending.toString('utf8', 0, end)
    pending = pending.subarray(end + mark)
    searched = 0
    return text
  }

  function next(mark: Buffer | '\r\n'): number {
    const end = pending.indexOf(mark, searched)
    const size = end < 0 ? pending.length : end
    if (size > maxMessageBytes) throw new AmiProtocolError(`a message is longer than ${maxMessageBytes} bytes`)
    if (end < 0) searched = Math.max(0, pending.length - mark.length + 1)
    return end
  }

  return {
    banner: () => banner,
    push(chunk) {
      pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk])
      const messages: AmiMessage[] = []
      if (banner === '') {
        const end = next('\r\n')
        if (end < 0) return messages
        banner = take(end, 2)
        if (!banner.startsWith('Asterisk Call Manager')) throw new AmiProtocolError('this is not an Asterisk manager')
      }
      for (let end = next(END); end >= 0; end = next(END)) {
        const message = parseMessage(take(end, END.length))
        if (message.headers.length > 0) messages.push(message)
      }
      return messages
    },
  }
}
