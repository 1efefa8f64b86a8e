import type { TFunction } from 'i18next'
import type { Call } from '../api/types.ts'
import { phone } from '../lib/format.ts'

export const numberOf = (call: Call, t: TFunction) =>
  call.withheld ? t('call.withheld') : call.customerNumber ? phone(call.customerNumber) : call.customerNumberRaw || t('call.noNumber')

/** Who it is: the person, else the counterparty, else the number. */
export const callerName = (call: Call, t: TFunction) => call.contactPersonName || call.counterpartyName || numberOf(call, t)
