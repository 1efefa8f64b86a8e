import { createHash } from 'node:crypto'

/** A UUIDv7 made from the facts: a log read again gives the same calls the same ids. */
export function callId(pbxId: string, providerKey: string, startTime: number): string {
  const ms = Math.floor(startTime)
  const bytes = createHash('sha256').update(`${pbxId}\u0000${providerKey}\u0000${startTime}`).digest().subarray(0, 16)
  bytes.writeUIntBE(ms, 0, 6)
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  const hex = bytes.toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
