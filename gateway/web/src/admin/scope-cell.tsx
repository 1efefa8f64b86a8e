import { useTranslation } from 'react-i18next'
import { IconX } from '@tabler/icons-react'
import { Icon } from '../ui/icon.tsx'
import { scopes, type Scope } from './rights-model.ts'

/** Four rising bars: how far a right reaches. */
export function Bars({ scope }: { scope: Scope }) {
  const filled = scopes.indexOf(scope as (typeof scopes)[number]) + 1
  return <span className="bars" aria-hidden="true">{scopes.map((one, at) => <i key={one} className={at < filled ? 'f' : ''} />)}</span>
}

type Props = { scope: Scope | undefined; changed: boolean; label: string; disabled: boolean; row: number; column: number; focusable: boolean; onPress: () => void; onFocus: () => void }

/** A cell of the matrix: bars and the word; a press gives the next scope, 1-4, 0 and X give one at once. */
export function ScopeCell({ scope, changed, label, disabled, row, column, focusable, onPress, onFocus }: Props) {
  const { t } = useTranslation()
  const kind = scope === 'deny' ? 'x' : scope ? 's' : 'n'
  const word = scope ? t(`words.scope.${scope}`) : '—'
  return (
    <button type="button" className={`scp ${kind} ${changed ? 'ov' : ''}`} data-cell={`${row}-${column}`} tabIndex={focusable ? 0 : -1} disabled={disabled} onClick={onPress} onFocus={onFocus} aria-label={`${label}: ${scope ? word : t('rights.none')}${changed ? `, ${t('rights.unsavedCell')}` : ''}`}>
      {scope === 'deny' ? <Icon of={IconX} size={14} /> : scope ? <Bars scope={scope} /> : null}
      <span>{word}</span>
    </button>
  )
}
