/** One AMI message. Header names are matched without case; repeated headers are all kept, in their order. */
export type AmiMessage = {
  readonly headers: readonly (readonly [name: string, value: string])[]
  /** First value of a header, '' when absent: in UserEvent the dial plan may repeat a header behind the PBX's own. */
  get(name: string): string
  all(name: string): string[]
}

export type AmiAction = Record<string, string | number | boolean | readonly string[]>

/** Thrown before anything is sent: a line break in a value would start an action of the value's author. */
export class AmiValueError extends Error {
  constructor(name: string) {
    super(`${JSON.stringify(name)} must not contain CR, LF or NUL`)
    this.name = 'AmiValueError'
  }
}

export function amiMessage(headers: readonly (readonly [string, string])[]): AmiMessage {
  const all = (name: string) => {
    const wanted = name.toLowerCase()
    return headers.filter(([key]) => key.toLowerCase() === wanted).map(([, value]) => value)
  }
  return { headers, all, get: (name) => all(name)[0] ?? '' }
}

export function parseMessage(text: string): AmiMessage {
  const headers: [string, string][] = []
  for (const line of text.split('\r\n')) {
    const colon = line.indexOf(':')
    if (colon > 0) headers.push([line.slice(0, colon), line.slice(colon + 1).trim()])
  }
  return amiMessage(headers)
}

export function encodeAction(action: AmiAction): string {
  let text = ''
  for (const [name, value] of Object.entries(action)) {
    for (const each of Array.isArray(value) ? value : [String(value)]) {
      if (hasBreak(name) || name.includes(':') || hasBreak(each)) throw new AmiValueError(name)
      text += `${name}: ${each}\r\n`
    }
  }
  return `${text}\r\n`
}

function hasBreak(text: string): boolean {
  return text.includes('\r') || text.includes('\n') || text.includes('\0')
}
