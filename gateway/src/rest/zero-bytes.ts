import type { Violation } from '@vitrylo/errors'

/**
 * PostgreSQL keeps no zero bytes, and a limit of the contract cannot forbid them in every text. Names each text that
 * holds one, as clients write it: `channels[0].value`.
 */
export function zeroBytes(json: unknown, path = ''): Violation[] {
  if (typeof json === 'string') return json.includes('\0') ? [{ field: path, rule: 'format', description: 'holds a zero byte' }] : []
  if (typeof json !== 'object' || json === null) return []
  if (Array.isArray(json)) return json.flatMap((item, index) => zeroBytes(item, `${path}[${index}]`))
  return Object.entries(json).flatMap(([name, value]) => {
    const field = path === '' ? name : `${path}.${name}`
    return [...zeroBytes(name, field.replaceAll('\0', '')), ...zeroBytes(value, field)]
  })
}
