import type { TFunction } from 'i18next'
import { useCan } from '../api/me.ts'
import { useRecords } from '../api/records.ts'
import type { LegalHold } from '../api/types.ts'
import { lastDate } from '../lib/format.ts'

export type Named = { counterpartyId: string } | { contactPersonId: string }

/** Holds in force on a client, for who may see them. */
export function useHolds(named: Named): LegalHold[] {
  const can = useCan()
  const [[field, id]] = Object.entries(named) as [[string, string]]
  return useRecords<LegalHold>('legal-holds', 'legalHolds', { filter: `${field} = "${id}" AND active = true` }, can('privacy', 'view')).rows
}

/** Why, and until when. */
export const holdWords = (hold: LegalHold, t: TFunction): string =>
  [hold.reason, hold.untilTime ? t('privacy.until', { day: lastDate(hold.untilTime) }) : t('privacy.holdForGood')].join(' · ')
