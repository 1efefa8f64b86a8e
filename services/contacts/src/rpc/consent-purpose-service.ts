import { invalid, type Violation } from '@vitrylo/errors'
import type { ConsentPurpose } from '@vitrylo/proto/vitrylo/contacts/v1/consent.ts'
import type { ConsentPurposeServiceServer } from '@vitrylo/proto/vitrylo/contacts/v1/consent_purpose_service.ts'
import { applyMask, newId, type Deps, type Handlers } from '@vitrylo/service'
import {
  getConsentPurpose, insertConsentPurpose, listConsentPurposes, listConsentTexts, lockConsentPurpose, updateConsentPurpose,
} from '../consent/consent-purpose-sql.ts'
import { textViolations } from '../counterparty/complete-counterparty.ts'
import { employeeOf } from '../consent/consent-sql.ts'

const WRITABLE = ['name', 'text', 'archived'] as const

export function consentPurposeService({ pool }: Pick<Deps, 'pool'>): Handlers<ConsentPurposeServiceServer> {
  return {
    getConsentPurpose: ({ id }) => getConsentPurpose(pool, id),
    listConsentPurposes: (request, call) => listConsentPurposes(pool, call, request),
    listConsentTexts: async ({ id }) => ({ texts: await listConsentTexts(pool, id) }),
    createConsentPurpose: ({ consentPurpose }, { caller, now, transact }) =>
      transact((tx) => insertConsentPurpose(tx, checked({ ...consentPurpose!, id: newId() }), employeeOf(caller), now)),
    updateConsentPurpose: ({ consentPurpose, updateMask }, { caller, now, transact }) => transact(async (tx) => {
      const current = await lockConsentPurpose(tx, consentPurpose!.id, consentPurpose!.etag)
      const { next, changed } = applyMask(current, trimmed(consentPurpose!), updateMask, WRITABLE)
      return changed.length === 0 ? current : updateConsentPurpose(tx, checked(next), changed.includes('text'), employeeOf(caller), now)
    }),
  }
}

const cut = (words: { uk: string; en: string } | undefined) => ({ uk: words?.uk.trim() ?? '', en: words?.en.trim() ?? '' })

const trimmed = (given: ConsentPurpose): ConsentPurpose => ({ ...given, name: cut(given.name), text: cut(given.text) })

function checked(given: ConsentPurpose): ConsentPurpose {
  const purpose = trimmed(given)
  const wrong: Violation[] = textViolations({ name: purpose.name, text: purpose.text })
  for (const field of ['name', 'text'] as const) {
    for (const language of ['uk', 'en'] as const) {
      if (purpose[field]![language] === '') wrong.push({ field: `${field}.${language}`, rule: 'required', description: 'must not be blank' })
    }
  }
  if (wrong.length > 0) throw invalid(wrong)
  return purpose
}
