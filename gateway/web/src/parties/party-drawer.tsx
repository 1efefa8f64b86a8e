import { useTranslation } from 'react-i18next'
import { CardView } from '../card/card-view.tsx'
import { Drawer } from '../ui/drawer.tsx'

type Props = { id: string; onClose: () => void; onOpenPage: () => void }

/** The card of a counterparty beside the list. */
export function PartyDrawer({ id, onClose, onOpenPage }: Props) {
  const { t } = useTranslation()
  return (
    <Drawer label={t('card.label')} onClose={onClose} onOpenPage={onOpenPage}>
      <CardView key={id} id={id} narrow />
    </Drawer>
  )
}
