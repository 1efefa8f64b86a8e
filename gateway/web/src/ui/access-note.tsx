import { useTranslation } from 'react-i18next'
import { IconEye } from '@tabler/icons-react'
import { useNames } from '../api/directory.ts'
import { useCan } from '../api/me.ts'
import type { RecordAccess } from '../api/types.ts'
import { actorWord } from '../audit/audit-words.ts'
import { dateTime } from '../lib/format.ts'
import { Icon } from './icon.tsx'
import './access-note.css'

/** Says of a record that it can be looked at and no more, and who let one in. Whoever changes no record of the section misses no button. */
export function AccessNote({ section, access }: { section: string; access: RecordAccess | undefined }) {
  const { t } = useTranslation()
  const can = useCan()
  const names = useNames()
  if (!access || access.actions.includes('change') || !(access.givenBy || can(section, 'change'))) return null
  const by = access.givenBy ? t('share.givenBy', { name: names.person(access.givenBy) ?? actorWord(access.givenBy, t) }) : t('share.beyondRight')
  const until = access.untilTime ? t('share.untilTime', { time: dateTime(access.untilTime) }) : ''
  return (
    <p className="row meta access-note" role="note">
      <Icon of={IconEye} size={14} />
      <span>{[t('share.viewOnly'), by, until].filter(Boolean).join(' ')}</span>
    </p>
  )
}
