import iconv from 'iconv-lite'

/** One property of a card: `item1.TEL;TYPE=work,voice:+380…`. Names and parameters in capital letters, values as they stand. */
export type Property = { name: string; group: string; params: ReadonlyMap<string, readonly string[]>; value: string }

export type Card = { line: number; number: number; properties: Property[]; problem?: string }

// Pictures, sounds and keys may be long: they are passed over and only named.
const BINARY = new Set(['PHOTO', 'LOGO', 'SOUND', 'KEY'])
const MAX_LINE = 64 * 1024
const MAX_PROPERTIES = 1_000
// Far more than a row may have: a card is in memory as a whole.
const MAX_CARD = 1024 * 1024

/** Reads cards from parts of a text. Where one has no end, or something stands between two, it is told with its place. */
export function cardReader(): { add(text: string): Card[]; end(): Card[] } {
  let [rest, line, begin, number, depth, letters] = ['', 0, 0, 0, 0, 0]
  let logical = ''
  let properties: Property[] = []
  let problem: string | undefined
  let found: Card[] = []

  const finish = (): void => {
    found.push({ line: begin, number, properties, ...(problem !== undefined && { problem }) })
    properties = []
    problem = undefined
    letters = 0
  }
  const take = (text: string): void => {
    const word = text.trim().toUpperCase()
    if (word === '') return
    if (word === 'BEGIN:VCARD') {
      if (depth > 0 && !/^AGENT\b/i.test(properties.at(-1)?.name ?? '')) problem ??= `it has no END:VCARD before line ${line}`
      if (depth > 0 && problem !== undefined) {
        finish()
        depth = 0
      }
      if (depth++ === 0) [begin, number] = [line, number + 1]
    } else if (word === 'END:VCARD' && depth > 0) {
      if (--depth === 0) finish()
    } else if (depth === 0) found.push({ line, number, properties: [], problem: 'here stands something that is no card' })
    else if (depth === 1) keep(text)
  }
  const keep = (text: string): void => {
    const property = propertyOf(text)
    if (property === undefined) problem ??= `line ${line} has no colon`
    else if (properties.length >= MAX_PROPERTIES) problem ??= `it has more than ${MAX_PROPERTIES} lines`
    else if ((letters += property.value.length) > MAX_CARD) problem ??= `it is longer than ${MAX_CARD} characters`
    else properties.push(property)
  }
  const next = (text: string): void => {
    line++
    const isQuoted = /;(ENCODING=)?QUOTED-PRINTABLE[:;]/i.test(logical.slice(0, 200)) && logical.endsWith('=')
    if (isQuoted) logical = grown(logical.slice(0, -1), text)
    else if (/^[ \t]/.test(text) && logical !== '') logical = grown(logical, text.slice(1))
    else {
      const before = logical
      logical = text
      // The line is told as the one on which the property ends; what follows is not read yet.
      line--
      take(before)
      line++
    }
  }
  const taken = (): Card[] => {
    const cards = found
    found = []
    return cards
  }
  return {
    add(text) {
      rest += text
      let from = 0
      for (let at = rest.indexOf('\n'); at >= 0; at = rest.indexOf('\n', from)) {
        next(rest.slice(from, rest[at - 1] === '\r' && at > from ? at - 1 : at))
        from = at + 1
      }
      rest = rest.slice(from)
      // A line without an end is not gathered without end.
      if (rest.length > MAX_LINE * 4) rest = rest.slice(0, MAX_LINE)
      return taken()
    },
    end() {
      if (rest !== '') next(rest.replace(/\r$/, ''))
      line++
      take(logical)
      line--
      if (depth > 0) {
        problem = 'the file ends before its END:VCARD'
        finish()
      }
      return taken()
    },
  }
}

const isBinary = (text: string): boolean => BINARY.has((/^(?:[\w-]+\.)?([\w-]+)/.exec(text)?.[1] ?? '').toUpperCase())

/** One more line of a property; of what is passed over, or too long, no more than the beginning. */
const grown = (text: string, more: string): string => (text.length > MAX_LINE || (isBinary(text) && text.length > 200) ? text : text + more)

function propertyOf(text: string): Property | undefined {
  const colon = endOfHead(text)
  if (colon < 0) return undefined
  const [first = '', ...rest] = splitHead(text.slice(0, colon))
  const [name = '', group = ''] = first.split('.').reverse()
  if (!/^[\w-]+$/.test(name)) return undefined
  const params = new Map<string, string[]>()
  for (const param of rest) {
    const equals = param.indexOf('=')
    // In 2.1 types stand without their name: TEL;WORK;VOICE.
    const [key, value] = equals < 0 ? [isEncoding(param) ? 'ENCODING' : 'TYPE', param] : [param.slice(0, equals).toUpperCase(), param.slice(equals + 1)]
    params.set(key, [...(params.get(key) ?? []), ...value.split(',').map((one) => one.replace(/^"|"$/g, ''))])
  }
  const bare = BINARY.has(name.toUpperCase()) ? '' : text.slice(colon + 1)
  return { name: name.toUpperCase(), group: group.toUpperCase(), params, value: decoded(bare, params) }
}

const isEncoding = (word: string): boolean => /^(quoted-printable|base64|8bit|7bit)$/i.test(word.trim())

/** The first colon outside of quotes. */
function endOfHead(text: string): number {
  let quoted = false
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '"') quoted = !quoted
    else if (text[at] === ':' && !quoted) return at
  }
  return text.indexOf(':')
}

const splitHead = (head: string): string[] => head.match(/(?:"[^"]*"|[^;"])+/g)?.map((part) => part.trim()) ?? []

function decoded(value: string, params: Property['params']): string {
  if (params.get('ENCODING')?.[0]?.toUpperCase() !== 'QUOTED-PRINTABLE') return value
  const bytes: number[] = []
  for (let at = 0; at < value.length; at++) {
    const code = value[at] === '=' ? Number.parseInt(value.slice(at + 1, at + 3), 16) : Number.NaN
    if (Number.isNaN(code)) bytes.push(...Buffer.from(value[at]!))
    else {
      bytes.push(code)
      at += 2
    }
  }
  const charset = params.get('CHARSET')?.[0] ?? ''
  const data = Buffer.from(bytes)
  if (charset !== '' && !/^utf-?8$/i.test(charset) && iconv.encodingExists(charset)) return iconv.decode(data, charset)
  const text = data.toString('utf8')
  return text.includes('\ufffd') ? iconv.decode(data, 'windows-1251') : text
}

/** Parts of a value at a delimiter that is not escaped, without their escapes. */
export function partsOf(value: string, delimiter: ';' | ','): string[] {
  const parts = ['']
  for (let at = 0; at < value.length; at++) {
    const letter = value[at]!
    if (letter === '\\' && at + 1 < value.length) {
      const escaped = value[++at]!
      parts[parts.length - 1] += /n/i.test(escaped) ? '\n' : escaped
    } else if (letter === delimiter) parts.push('')
    else parts[parts.length - 1] += letter
  }
  return parts.map((part) => part.trim())
}

/** The whole value as a text. */
export const textOf = (value: string): string => value.replace(/\\(.)/gs, (_all, letter: string) => (/n/i.test(letter) ? '\n' : letter)).replace(/\r\n?/g, '\n').trim()
