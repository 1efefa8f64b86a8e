import iconv from 'iconv-lite'

export type Encoding = 'utf-8' | 'windows-1251' | 'utf-16le' | 'utf-16be'

export type EncodingDetector = { add(bytes: Buffer): void; result(): Encoding }

const SAMPLE = 4_096

/**
 * Finds out how a file is written while it comes in: by its mark (BOM), by the high bytes of UTF-16, else UTF-8 if the
 * whole of it is valid UTF-8, else Windows-1251. A look at the beginning alone would take a file for UTF-8 whose first
 * Ukrainian letter comes late.
 */
export function detectEncoding(): EncodingDetector {
  let head = Buffer.alloc(0)
  let utf8 = true
  const decoder = new TextDecoder('utf-8', { fatal: true })
  return {
    add(bytes) {
      if (head.length < SAMPLE) head = Buffer.concat([head, bytes.subarray(0, SAMPLE - head.length)])
      if (!utf8) return
      try {
        decoder.decode(bytes, { stream: true })
      } catch {
        utf8 = false
      }
    },
    result() {
      if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le'
      if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be'
      return wideOf(head) ?? (utf8 ? 'utf-8' : 'windows-1251')
    },
  }
}

// Latin letters have the high byte 0, Cyrillic ones 4: neither occurs in a text of single bytes.
function wideOf(head: Buffer): Encoding | undefined {
  const high = [0, 0]
  for (let at = 0; at + 1 < head.length; at += 2) {
    for (const side of [0, 1]) if (head[at + side] === 0 || head[at + side] === 4) high[side]!++
  }
  const most = head.length / 2 * 0.7
  if (head.length < 4) return undefined
  if (high[1]! > most) return 'utf-16le'
  if (high[0]! > most) return 'utf-16be'
  return undefined
}

/** Bytes -> text, whatever the parts cut; a mark (BOM) is left out. */
export async function* decode(parts: AsyncIterable<Buffer>, encoding: string): AsyncGenerator<string> {
  const decoder = iconv.getDecoder(encoding)
  for await (const part of parts) yield decoder.write(part)
  const rest = decoder.end()
  if (rest) yield rest
}
