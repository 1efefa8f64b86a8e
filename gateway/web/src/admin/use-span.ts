import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'

/** Minutes as people say them: `4 год`, `1 год 30 хв`. */
export function useSpan(): (minutes: number) => string {
  const { t } = useTranslation()
  return useCallback((all) => {
    const [hours, minutes] = [Math.floor(all / 60), all % 60]
    return t(hours === 0 ? 'queues.spanMinutes' : minutes === 0 ? 'queues.spanHours' : 'queues.spanBoth', { hours, minutes })
  }, [t])
}
