/** A property of a card to be written. A value of several parts is structured: N, ADR. */
export type VcardProperty = { name: string; types?: readonly string[]; params?: Readonly<Record<string, string>>; value: string | readonly string[]; list?: boolean }

const MAX_OCTETS = 75

const escaped = (text: string): string => text.replace(/[\\;,]/g, '\\$&').replace(/\r\n?|\n/g, '\\n')

/**
 * A card of version 3.0 or 4.0 (RFC 2426, RFC 6350): lines folded at 75 octets, no letter cut. `others` stand as they came from another
 * program.
 */
export function writeVcard(properties: readonly VcardProperty[], version: '3.0' | '4.0', others: readonly string[] = []): string {
  const lines = properties.flatMap(({ name, types = [], params = {}, value, list }) => {
    const text = typeof value === 'string' ? (name === 'URL' || name === 'UID' ? value.replace(/[\r\n]/g, '') : escaped(value)) : value.map(escaped).join(list === true ? ',' : ';')
    if (text.replaceAll(';', '') === '') return []
    const type = types.map((one) => one.replace(/[^\w-]/g, '')).filter((one) => one !== '').map((one) => `;TYPE=${one}`).join('')
    const rest = Object.entries(params).map(([key, one]) => `;${key}=${one.replace(/["\r\n]/g, '').replace(/^(.*[,;:].*)$/, '"$1"')}`).join('')
    return [`${name}${type}${rest}:${text}`]
  })
  return ['BEGIN:VCARD', `VERSION:${version}`, ...lines, ...others, 'END:VCARD'].map(folded).join('')
}

function folded(line: string): string {
  let [text, octets] = ['', 0]
  for (const letter of line) {
    const size = Buffer.byteLength(letter)
    if (octets + size > MAX_OCTETS) {
      text += '\r\n '
      octets = 1
    }
    text += letter
    octets += size
  }
  return `${text}\r\n`
}
