import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Select } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { IconCheck, IconCircleCheck, IconCircleX, IconSearch } from '@tabler/icons-react'
import { get } from '../api/client.ts'
import type { EffectiveRight, Section } from '../api/types.ts'
import { EmployeeSelect } from '../ui/employee-select.tsx'
import { Icon } from '../ui/icon.tsx'
import { PartError } from '../ui/part-error.tsx'
import { actions } from './rights-model.ts'

type Props = { sections: Section[]; groupTitle: (name: string) => string }

/** Why somebody may or may not: the verdict and the groups that give the right. */
export function RightsInspector({ sections, groupTitle }: Props) {
  const { t } = useTranslation()
  const [who, setWho] = useState<string>()
  const [section, setSection] = useState<string | null>(sections[0]?.name ?? null)
  const [action, setAction] = useState<string | null>('view')
  const { data, error, refetch } = useQuery({
    queryKey: ['grants', 'effective', who],
    queryFn: ({ signal }) => get<{ rights: EffectiveRight[] }>(`employees/${who}/rights`, undefined, signal),
    enabled: who !== undefined,
  })
  const right = data?.rights.find((one) => one.section === section && one.action === action)
  return (
    <aside className="insp scroll" aria-label={t('rights.inspector')}>
      <h2><Icon of={IconSearch} size={14} />{t('rights.inspector')}</h2>
      <div className="form1">
        <EmployeeSelect label={t('rights.who')} value={who} onChange={setWho} placeholder={t('rights.chooseWho')} />
        <Select label={t('rights.section')} data={sections.map((one) => ({ value: one.name, label: t(`words.section.${one.name}`, { defaultValue: one.name }) }))} value={section} onChange={setSection} allowDeselect={false} />
        <Select label={t('rights.action')} data={actions.map((one) => ({ value: one, label: t(`words.action.${one}`) }))} value={action} onChange={setAction} allowDeselect={false} />
      </div>
      {error ? <div className="pad"><PartError error={error} what={t('rights.inspector')} onRetry={() => void refetch()} /></div> : null}
      {data ? (
        <>
          <div className={`verdict ${right ? 'good' : 'bad'}`} role="status">
            <Icon of={right ? IconCircleCheck : IconCircleX} size={20} />
            <div><b>{t(right ? 'rights.may' : 'rights.mayNot')}</b><div>{right ? t(`rights.reach.${right.scope}`) : t('rights.noGroupGives')}</div></div>
          </div>
          {right ? (
            <ul className="steps">
              {right.groups.map((group) => (
                <li key={group} className="good"><span className="sd"><Icon of={IconCheck} size={14} /></span><div><b>{groupTitle(group)}</b><p>{t('rights.givenByGroup')}</p></div></li>
              ))}
            </ul>
          ) : null}
        </>
      ) : (
        <p className="meta pad">{t('rights.inspectorHint')}</p>
      )}
    </aside>
  )
}
