import { useTranslation } from 'react-i18next'
import type { TablerIcon } from '@tabler/icons-react'
import { IconX } from '@tabler/icons-react'
import { number } from '../lib/format.ts'
import { useKeys } from '../lib/keys.ts'
import { Button } from '../ui/button.tsx'
import { IconButton } from '../ui/icon-button.tsx'

export type BulkCommand = { label: string; icon: TablerIcon; combo?: string; bad?: boolean; run: () => void }

type Props = {
  /** How many rows are ticked. */
  count: number
  onClear: () => void
  commands: BulkCommand[]
  /** Ticks all that the list would show; absent where they are ticked already. */
  onAll?: (() => void) | undefined
  busy?: boolean
}

/** What can be done with the ticked rows, over the foot of the list. */
export function BulkBar({ count, onClear, commands, onAll, busy }: Props) {
  const { t } = useTranslation()
  const shown = count > 0
  const keys = commands.flatMap(({ combo, label, run }) => (combo ? [{ combo, label, run }] : []))
  useKeys([...keys.map(({ combo, run }) => ({ combo, run })), { combo: 'Escape', run: onClear }], shown)
  if (!shown) return null
  const [kept, removing] = [commands.filter(({ bad }) => !bad), commands.filter(({ bad }) => bad)]
  const button = ({ label, icon, combo, bad, run }: BulkCommand) => (
    <Button key={label} tone={bad ? 'bad-quiet' : 'quiet'} icon={icon} {...(combo ? { combo } : {})} onClick={run}>{label}</Button>
  )
  return (
    <div className="bulk" role="toolbar" aria-label={t('bulk.label')}>
      <span className="strong num count-of" aria-live="polite">{t('bulk.chosen', { shown: number(count) })}</span>
      {onAll ? <Button tone="quiet" busy={busy ?? false} onClick={onAll}>{t('bulk.all')}</Button> : null}
      <span className="sep" />
      {kept.map(button)}
      {removing.length > 0 ? <span className="sep" /> : null}
      {removing.map(button)}
      <span className="sep" />
      <IconButton icon={IconX} label={t('bulk.none')} onClick={onClear} />
    </div>
  )
}
