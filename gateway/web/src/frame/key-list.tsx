import { useTranslation } from 'react-i18next'
import { Modal } from '@mantine/core'
import { keyName, useKeyList } from '../lib/keys.ts'

type Props = { opened: boolean; onClose: () => void }

/** Every key that works on this page now. */
export function KeyList({ opened, onClose }: Props) {
  const { t } = useTranslation()
  const keys = useKeyList()
  return (
    <Modal opened={opened} onClose={onClose} title={t('frame.keys')} size={560} lockScroll={false} closeButtonProps={{ 'aria-label': t('ui.close') }}>
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
    </Modal>
  )
}
