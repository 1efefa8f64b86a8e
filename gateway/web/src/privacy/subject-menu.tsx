import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Menu } from '@mantine/core'
import { IconFileZip, IconLock, IconShieldLock, IconUserOff } from '@tabler/icons-react'
import { useCan } from '../api/me.ts'
import type { SubjectRequest } from '../api/types.ts'
import { IconButton } from '../ui/icon-button.tsx'
import { Icon } from '../ui/icon.tsx'

const HoldForm = lazy(() => import('./hold-form.tsx'))
const SubjectDialog = lazy(() => import('./subject-dialog.tsx'))

type Props = { named: { counterpartyId: string } | { contactPersonId: string }; name: string; erased?: boolean }

/** What a data subject may demand, on their card. Of whom nothing is left nothing can be demanded; what is open shows its end. */
export function SubjectMenu({ named, name, erased = false }: Props) {
  const { t } = useTranslation()
  const can = useCan()
  const [kind, setKind] = useState<SubjectRequest['kind']>()
  const [holding, setHolding] = useState(false)
  const [mayExport, mayErase, mayHold] = [can('privacy', 'export'), can('privacy', 'delete'), can('privacy', 'manage')]
  if (!mayExport && !mayErase && !mayHold) return null
  return (
    <>
      {erased ? null : <Menu position="bottom-end" transitionProps={{ duration: 0 }}>
        <Menu.Target><IconButton icon={IconShieldLock} label={t('privacy.menu')} /></Menu.Target>
        <Menu.Dropdown>
          {mayExport ? <Menu.Item leftSection={<Icon of={IconFileZip} />} onClick={() => setKind('file')}>{t('privacy.give')}</Menu.Item> : null}
          {mayErase ? <Menu.Item leftSection={<Icon of={IconUserOff} />} onClick={() => setKind('erasure')}>{t('privacy.erase')}</Menu.Item> : null}
          {mayHold ? <Menu.Item leftSection={<Icon of={IconLock} />} onClick={() => setHolding(true)}>{t('privacy.holdPutOn')}</Menu.Item> : null}
        </Menu.Dropdown>
      </Menu>}
      <Suspense fallback={null}>{kind ? <SubjectDialog kind={kind} named={named} name={name} onClose={() => setKind(undefined)} /> : null}</Suspense>
      <Suspense fallback={null}>{holding ? <HoldForm named={named} name={name} onClose={() => setHolding(false)} /> : null}</Suspense>
    </>
  )
}
