import { useTranslation } from 'react-i18next'
import { IconMoodSad } from '@tabler/icons-react'
import type { ErrorComponentProps } from '@tanstack/react-router'
import { errorText } from '../api/error-text.ts'
import { Button } from '../ui/button.tsx'
import { Empty } from '../ui/empty.tsx'

/** A page broke: the frame, a call that goes on in it and all other pages stay. */
export function PageError({ error, reset }: ErrorComponentProps) {
  const { t } = useTranslation()
  return (
    <Empty icon={IconMoodSad} title={t('frame.pageBroke')} text={errorText(error)}>
      <Button tone="primary" size="lg" onClick={reset}>{t('errors.retry')}</Button>
    </Empty>
  )
}
