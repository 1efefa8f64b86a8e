import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { keyName } from '../lib/keys.ts'

type Props = { children?: ReactNode; keys: [string[], string][] }

/** The last line of a view: what is loaded, and the keys that work here. */
export function StatusBar({ children, keys }: Props) {
  const { t } = useTranslation()
  return (
    <div className="status">
      {children}
      <span className="grow" />
      {keys.map(([combos, label]) => (
        <span key={label}>
          {combos.map((combo) => (
            <kbd key={combo}>{keyName(combo)}</kbd>
          ))}{' '}
          {t(label)}
        </span>
      ))}
      <span>
        <kbd>?</kbd> {t('ui.allKeys')}
      </span>
    </div>
  )
}
