import type { RightsData } from '@vitrylo/auth'
import { isTimeZone } from '@vitrylo/lists'
import { optional, refuse, type Env } from './settings.ts'

/** Where the people of the firm sit who have no calendar of their own: `VITRYLO_TIME_ZONE`, Europe/Kyiv unless set. */
export function timeZoneOf(env: Env): string {
  const zone = optional(env, 'VITRYLO_TIME_ZONE') ?? 'Europe/Kyiv'
  return isTimeZone(zone) ? zone : refuse('VITRYLO_TIME_ZONE', `is no time zone: ${zone}; write it like Europe/Kyiv`)
}

/** Where a branch is; `fallback`, that of the installation, where nobody above it has a calendar either. */
export const zoneOf = ({ calendars }: Pick<RightsData, 'calendars'>, branchId: string | undefined, fallback: string): string => calendars.get(branchId ?? '')?.timeZone ?? fallback
