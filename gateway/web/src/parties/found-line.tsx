import { useTranslation } from 'react-i18next'
import { useNames } from '../api/directory.ts'
import type { Found } from '../api/search.ts'
import { phone } from '../lib/format.ts'
import { NoContactMark } from './no-contact-mark.tsx'
import { Avatar } from '../ui/avatar.tsx'

/** A found counterparty with the reason why it was found, which is the last to be cut. */
export function FoundLine({ found }: { found: Found }) {
  const { t } = useTranslation()
  const names = useNames()
  const { party, matched, text } = found
  const why = matched === 'phone' ? phone(text) : text && text !== party.displayName ? text : ''
  const reason = matched === 'name' ? '' : t(`search.matched.${matched}`, { defaultValue: '' })
  const rest = [reason, why, names.branch(party.branchId)].filter(Boolean).join(' · ')
  return (
    <>
      <Avatar name={party.displayName} square={party.kind === 'organisation'} />
      <span className="grow found-text">
        <span className="cut" title={party.displayName}>{party.displayName}</span>
        <span className="meta cut" title={rest}>{rest}</span>
      </span>
      <NoContactMark party={party} />
    </>
  )
}
