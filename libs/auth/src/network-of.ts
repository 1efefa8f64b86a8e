import { isIPv6 } from 'node:net'

const MAPPED: ReadonlySet<string> = new Set(['0:0:0:0:0:ffff', '64:ff9b:0:0:0:0'])

/**
 * By what an address is counted: whoever has one of IPv6 has the other 2^64 of its network too, and would start anew with each.
 * An IPv4 address that stands in an IPv6 one (::ffff:0:0/96, or 64:ff9b::/96 behind a NAT64) is itself.
 */
export function networkOf(address: string): string {
  if (!isIPv6(address)) return address
  // The parser of URLs knows every way of writing; a zone (%eth0) is none of the address.
  const plain = new URL(`http://[${address.split('%')[0]}]`).hostname.slice(1, -1)
  const [front, back] = plain.split('::') as [string, string?]
  const groups = (text = ''): string[] => (text === '' ? [] : text.split(':'))
  const known = [...groups(front), ...groups(back)].length
  const whole = [...groups(front), ...Array<string>(back === undefined ? 0 : 8 - known).fill('0'), ...groups(back)]
  if (MAPPED.has(whole.slice(0, 6).join(':'))) return whole.slice(6).flatMap((group) => [parseInt(group, 16) >> 8, parseInt(group, 16) & 255]).join('.')
  return `${whole.slice(0, 4).join(':')}::/64`
}
