import { e164Of } from '@vitrylo/service/phone.ts'
import type { CountryCode } from 'libphonenumber-js'
import type { Party, PbxConfig } from './model.ts'

export type LegKind = 'customer' | 'agent' | 'internal' | 'system'

export function isExtension(config: PbxConfig, number: string): boolean {
  return config.extensions.has(number) || config.extensionPattern.test(number)
}

export function partyOf(config: PbxConfig, extension: string): Party {
  return { extension, employeeId: config.extensions.get(extension) ?? null }
}

export function kindOf(config: PbxConfig, endpoint: string, system: boolean): LegKind {
  if (system) return 'system'
  if (config.trunks.includes(endpoint)) return 'customer'
  return isExtension(config, endpoint) ? 'agent' : 'internal'
}

const WITHHELD = /^(|anonymous|unknown|private|restricted|unavailable|withheld)$/i
const LONGEST_SHORT_CODE = 5

export function isWithheld(raw: string): boolean {
  return WITHHELD.test(raw)
}

/** Something that can be dialled outside, as opposed to an extension, a feature code or an emergency number. */
export function isOutside(config: PbxConfig, number: string): boolean {
  return /^\+?\d+$/.test(number) && number.length > LONGEST_SHORT_CODE && !isExtension(config, number)
}

/**
 * E.164, or null where it is not certainly a number of the public network. Extensions and short codes are looked up
 * first: the library makes +441001 of 1001 and would match it to a stranger.
 */
export function e164(config: PbxConfig, raw: string): string | null {
  if (!isOutside(config, raw)) return null
  return e164Of(raw, config.country as CountryCode) || null
}
