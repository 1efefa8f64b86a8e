import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Select, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { IconCheck, IconCircleCheck, IconCircleX, IconMinus, IconSearch, IconX } from '@tabler/icons-react'
import { get } from '../api/client.ts'
import { useNames } from '../api/directory.ts'
import type { AccessDecision, EffectiveRight, Section } from '../api/types.ts'
import { dateTime } from '../lib/format.ts'
import { isUuid } from '../lib/uuid.ts'
import { EmployeeSelect } from '../ui/employee-select.tsx'
import { Icon } from '../ui/icon.tsx'
import { PartError } from '../ui/part-error.tsx'
import { useFieldName } from './field-limits.tsx'
import { actions } from './rights-model.ts'
import { NAMED_BY, useNamedRecord, type Standing } from './use-named-record.ts'

type Ground = AccessDecision['grounds'][number]
type FieldDecision = AccessDecision['fields'][number]
type Props = { sections: Section[]; groupTitle: (name: string) => string }

// A change reaches the service that answers within seconds, and dates pass.
const FRESH_MS = 3_000

function GroundLine({ ground, groupTitle }: { ground: Ground; groupTitle: Props['groupTitle'] }) {
  const { t } = useTranslation()
  const names = useNames()
  const isPerson = isUuid(ground.group)
  const from = isPerson ? (names.person(ground.group) ?? ground.group) : groupTitle(ground.group)
  const what = ground.share ? t('rights.ground.share') : ground.deny ? t('rights.ground.deny', { scope: t(`words.scopeLong.${ground.scope}`) }) : t(`rights.reach.${ground.scope}`)
  const kind = ground.outcome === 'allows' ? 'good' : ground.outcome === 'denies' ? 'bad' : ''
  return (
    <li className={kind}>
      <span className="sd"><Icon of={kind === 'good' ? IconCheck : kind === 'bad' ? IconX : IconMinus} size={14} /></span>
      <div>
        <b>{from}</b>
        <p>{what}</p>
        <p>{t(`rights.outcome.${ground.outcome}`)}</p>
        {ground.inSteadOf ? <p>{t('rights.ground.inSteadOf', { name: names.person(ground.inSteadOf) })}</p> : null}
        {ground.fromTime ? <p>{t('rights.ground.from', { time: dateTime(ground.fromTime) })}</p> : null}
        {ground.untilTime ? <p>{t('rights.ground.until', { time: dateTime(ground.untilTime) })}</p> : null}
      </div>
    </li>
  )
}

/** What is taken away of each field, and by whose limit. */
function FieldLines({ section, fields, groupTitle }: { section: string; fields: FieldDecision[]; groupTitle: Props['groupTitle'] }) {
  const { t } = useTranslation()
  const nameOf = useFieldName()
  const names = useNames()
  const whose = (group: string) => (isUuid(group) ? (names.person(group) ?? group) : groupTitle(group))
  return (
    <section className="field-why" aria-label={t('rights.fields')}>
      <h3>{t('rights.fields')}</h3>
      <ul>
        {fields.map(({ field, limit, grounds }) => (
          <li key={field}>
            <b>{nameOf(section, field)}</b>: {t(`rights.limit.${limit}`)}
            {grounds.map((ground, at) => (
              <p key={at}>
                {whose(ground.group)}: {t(`rights.limit.${ground.limit}`)}. {t(`rights.fieldOutcome.${ground.outcome}`)}
                {ground.inSteadOf ? ` ${t('rights.ground.inSteadOf', { name: names.person(ground.inSteadOf) })}` : ''}
                {ground.untilTime ? ` ${t('rights.ground.until', { time: dateTime(ground.untilTime) })}` : ''}
              </p>
            ))}
          </li>
        ))}
      </ul>
    </section>
  )
}

/** Whose the record is: that is what decides. */
function Stands({ record }: { record: Standing }) {
  const { t } = useTranslation()
  const names = useNames()
  const owner = names.person(record.responsibleId ?? record.ownerId ?? record.ownerAgent?.employeeId)
  return <div>{t('rights.stands', { branch: names.branch(record.branchId) ?? t('rights.nobodys'), owner: owner ?? t('rights.nobodys') })}</div>
}

/** Everything that somebody may do now, section by section. */
function Everything({ rights }: { rights: EffectiveRight[] }) {
  const { t } = useTranslation()
  const sections = [...new Set(rights.map((right) => right.section))]
  return (
    <details className="pad all-rights">
      <summary>{t('rights.everything')}</summary>
      <dl>
        {sections.map((section) => (
          <div key={section}>
            <dt>{t(`words.section.${section}`, { defaultValue: section })}</dt>
            <dd>{rights.filter((right) => right.section === section).map((right) => `${t(`words.action.${right.action}`)}: ${t(`words.scope.${right.scope}`)}`).join(', ')}</dd>
          </div>
        ))}
      </dl>
    </details>
  )
}

/** Why somebody may or may not: the verdict, then every rule that was looked at; the first one decided. */
export function RightsInspector({ sections, groupTitle }: Props) {
  const { t } = useTranslation()
  const [who, setWho] = useState<string>()
  const [section, setSection] = useState<string | null>(sections[0]?.name ?? null)
  const [action, setAction] = useState<string | null>('view')
  const [record, setRecord] = useState('')
  const named = useNamedRecord(section ?? '', record)
  const id = named.state === 'one' ? named.id : undefined
  const isClear = named.state === 'any' || id !== undefined
  const { data, error, refetch } = useQuery({
    queryKey: ['grants', 'effective', who, section, action, id],
    queryFn: ({ signal }) =>
      id
        ? get<AccessDecision>(`${section}/${id}/access`, { employeeId: who, action: action ?? '' }, signal)
        : get<AccessDecision>(`employees/${who}/access`, { section: section ?? '', action: action ?? '' }, signal),
    enabled: who !== undefined && isClear,
    refetchInterval: FRESH_MS,
  })
  const rights = useQuery({
    queryKey: ['grants', 'effective', who],
    queryFn: ({ signal }) => get<{ rights: EffectiveRight[] }>(`employees/${who}/rights`, undefined, signal),
    enabled: who !== undefined,
  }).data?.rights
  return (
    <aside className="insp scroll" aria-label={t('rights.inspector')}>
      <h2><Icon of={IconSearch} size={14} />{t('rights.inspector')}</h2>
      <div className="form1">
        <EmployeeSelect label={t('rights.who')} value={who} onChange={setWho} placeholder={t('rights.chooseWho')} />
        <Select label={t('rights.section')} data={sections.map((one) => ({ value: one.name, label: t(`words.section.${one.name}`, { defaultValue: one.name }) }))} value={section} onChange={setSection} allowDeselect={false} />
        <Select label={t('rights.action')} data={actions.map((one) => ({ value: one, label: t(`words.action.${one}`) }))} value={action} onChange={setAction} allowDeselect={false} />
        {section && section in NAMED_BY ? (
          <TextInput label={t('rights.record')} description={t(`rights.recordHint.${section}`)} value={record} onChange={(event) => setRecord(event.currentTarget.value)} error={named.state === 'unclear' ? t('rights.recordUnclear') : undefined} />
        ) : null}
      </div>
      {error ? <div className="pad"><PartError error={error} what={t('rights.inspector')} onRetry={() => void refetch()} /></div> : null}
      {data && isClear ? (
        <>
          <div className={`verdict ${data.allowed ? 'good' : 'bad'}`} role="status">
            <Icon of={data.allowed ? IconCircleCheck : IconCircleX} size={20} />
            <div>
              <b>{t(data.allowed ? 'rights.may' : 'rights.mayNot')}</b>
              {named.state === 'one' && named.record ? <Stands record={named.record} /> : null}
              {data.grounds.length === 0 ? <div>{t('rights.noGroupGives')}</div> : null}
              {!data.allowed && data.grounds.some(({ outcome }) => outcome === 'out-of-reach') ? <div>{t('rights.wayOut')}</div> : null}
            </div>
          </div>
          <ul className="steps">{data.grounds.map((ground, at) => <GroundLine key={at} ground={ground} groupTitle={groupTitle} />)}</ul>
          {data.fields.length > 0 ? <FieldLines section={section ?? ''} fields={data.fields} groupTitle={groupTitle} /> : null}
          {rights ? <Everything rights={rights} /> : null}
        </>
      ) : (
        <p className="meta pad">{t('rights.inspectorHint')}</p>
      )}
    </aside>
  )
}
