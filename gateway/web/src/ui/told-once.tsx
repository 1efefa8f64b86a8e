import { useTranslation } from 'react-i18next'
import { IconCopy } from '@tabler/icons-react'
import { IconButton } from './icon-button.tsx'
import { toast } from './toast.ts'
import './told-once.css'

/** A secret with what belongs to it, to be copied: it is on this page alone, and gone with it. */
export function ToldOnce({ text, parts }: { text: string; parts: readonly (readonly [label: string, value: string])[] }) {
  const { t } = useTranslation()
  const copy = (value: string) => void navigator.clipboard?.writeText(value).then(() => toast(t('ui.copied'), ''))
  return (
    <div className="told-once" role="status">
      <p>{text}</p>
      {parts.map(([label, value]) => (
        <div className="row" key={label}>
          <span className="meta">{label}</span>
          <code className="grow">{value}</code>
          <IconButton size="sm" icon={IconCopy} label={t('ui.copyOf', { name: label })} onClick={() => copy(value)} />
        </div>
      ))}
    </div>
  )
}
