import { useTranslation } from 'react-i18next'
import { IconCompass } from '@tabler/icons-react'
import { Empty } from '../ui/empty.tsx'

/** No such page, or no section that this person may open. */
export function NoPage() {
  const { t } = useTranslation()
  return <Empty icon={IconCompass} title={t('frame.noPage')} text={t('frame.noPageHint')} />
}
