import { useTranslation } from 'react-i18next'
import { keyName, useKeyList } from '../lib/keys.ts'
import { Dialog } from '../ui/dialog.tsx'

type Props = { opened: boolean; onClose: () => void }

/** Every key that works on this page now. */
export function KeyList({ opened, onClose }: Props) {
  const { t } = useTranslation()
  const keys = useKeyList()
  return (
    <Dialog opened={opened} onClose={onClose} title={t('frame.keys')} size={560}>
      <dl className="key-list">
        {keys.map(({ combo, label }) => (
          <div key={combo}>
            <dt>
              <kbd>{keyName(combo)}</kbd>
            </dt>
            <dd>{t(label)}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  )
}
