import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { IconForms, IconPencil, IconPlus } from '@tabler/icons-react'
import { labelOf, useAllCustom, type CustomResource, type CustomValues } from '../api/custom-fields.ts'
import type { CustomField, CustomSection } from '../api/types.ts'
import { Button } from '../ui/button.tsx'
import { Empty } from '../ui/empty.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import { PartError } from '../ui/part-error.tsx'
import { ViewBar } from '../ui/view-bar.tsx'
import { ViewTabs } from '../ui/view-tabs.tsx'
import { CustomInputs, defaultsOf } from './custom-inputs.tsx'
import { FieldRow } from './field-row.tsx'
import { useReorder } from './use-reorder.ts'
import './custom.css'

const FieldForm = lazy(() => import('./field-form.tsx'))
const SectionForm = lazy(() => import('./section-form.tsx'))
const route = getRouteApi('/custom-fields')

const RESOURCES: CustomResource[] = ['counterparties', 'contact-persons', 'opportunities', 'requests']

type Opened = { field?: CustomField | 'new'; section?: CustomSection | 'new'; of?: string | undefined }

function Preview({ resource, fields }: { resource: CustomResource; fields: readonly CustomField[] }) {
  const { t } = useTranslation()
  const [value, setValue] = useState<CustomValues>(() => defaultsOf(fields))
  const [kind, setKind] = useState('organisation')
  return (
    <section className="cfa-preview" aria-label={t('ownFields.preview')}>
      <h2>{t('ownFields.preview')}</h2>
      <p className="meta">{t('ownFields.previewHint')}</p>
      {resource === 'counterparties' ? (
        <ViewTabs label={t('parties.kind')} value={kind} onChange={setKind} tabs={['organisation', 'person'].map((one) => ({ value: one, label: t(`words.partyKind.${one}`) }))} />
      ) : null}
      <CustomInputs resource={resource} record={{ kind, roles: [], tags: [], state: resource === 'requests' ? 'new' : 'open' }} value={value} onChange={setValue} error={undefined} />
    </section>
  )
}

type PartProps = { title: string; section: CustomSection | undefined; fields: CustomField[]; onOpen: (opened: Opened) => void }

function Part({ title, section, fields, onOpen }: PartProps) {
  const { t } = useTranslation()
  const { move, busy } = useReorder('custom-fields', fields)
  return (
    <section className="cfa-section" aria-label={title}>
      <div className="cfa-head">
        <h2 className="grow cut">{title}{section?.archived ? <span className="meta"> {t('ownFields.archivedMark')}</span> : null}</h2>
        {section ? <IconButton size="sm" icon={IconPencil} label={t('ownFields.editSection', { name: title })} onClick={() => onOpen({ section })} /> : null}
        <Button size="sm" tone="quiet" icon={IconPlus} onClick={() => onOpen({ field: 'new', of: section?.id })}>{t('ownFields.addField')}</Button>
      </div>
      {fields.map((field, at) => (
        <FieldRow key={field.id} field={field} first={at === 0} last={at === fields.length - 1} busy={busy} onOpen={() => onOpen({ field })} onMove={(by) => move(at, by)} />
      ))}
      {fields.length === 0 ? <p className="meta cfa-row">{t('ownFields.noFields')}</p> : null}
    </section>
  )
}

/** Where administrators set up fields and sections of records, with the form as it will look. */
export default function CustomFieldsPage() {
  const { t } = useTranslation()
  const { resource = 'counterparties' } = route.useSearch()
  const navigate = useNavigate({ from: '/custom-fields' })
  const { fields, sections, isPending, error } = useAllCustom(resource)
  const [opened, setOpened] = useState<Opened>({})
  const close = () => setOpened({})
  const inSection = (id: string | undefined) => fields.filter(({ sectionId }) => (id === undefined ? !sections.some((one) => one.id === sectionId) : sectionId === id))
  const without = inSection(undefined)
  return (
    <>
      <ViewBar title={t('tree.customFields')} range={isPending ? '' : t('ownFields.count', { count: fields.length })}>
        <Button className="wide-only" onClick={() => setOpened({ section: 'new' })}>{t('ownFields.addSection')}</Button>
        <Button tone="primary" icon={IconPlus} onClick={() => setOpened({ field: 'new' })}>{t('ownFields.addField')}</Button>
      </ViewBar>
      <ViewTabs label={t('ownFields.records')} value={resource} onChange={(next) => void navigate({ search: { resource: next as CustomResource }, replace: true })} tabs={RESOURCES.map((value) => ({ value, label: t(`words.section.${value}`) }))} />
      {error ? <div className="pad"><PartError error={error} what={t('tree.customFields')} onRetry={() => location.reload()} /></div> : null}
      {!isPending && fields.length === 0 && sections.length === 0 ? (
        <Empty icon={IconForms} title={t('ownFields.empty')} text={t('ownFields.emptyHint')}>
          <Button tone="primary" size="lg" onClick={() => setOpened({ field: 'new' })}>{t('ownFields.addField')}</Button>
          <Button size="lg" onClick={() => setOpened({ section: 'new' })}>{t('ownFields.addSection')}</Button>
        </Empty>
      ) : (
        <div className="cfa scroll">
          <div>
            {sections.map((section) => <Part key={section.id} title={labelOf(section)} section={section} fields={inSection(section.id)} onOpen={setOpened} />)}
            {without.length > 0 || sections.length === 0 ? <Part title={t('ownFields.more')} section={undefined} fields={without} onOpen={setOpened} /> : null}
          </div>
          {isPending ? null : <Preview key={`${resource} ${fields.length}`} resource={resource} fields={fields} />}
        </div>
      )}
      <Suspense fallback={null}>
        {opened.field ? <FieldForm resource={resource} record={opened.field === 'new' ? undefined : opened.field} sectionId={opened.of} sections={sections} next={fields.length * 10 + 10} onClose={close} /> : null}
        {opened.section ? <SectionForm resource={resource} record={opened.section === 'new' ? undefined : opened.section} next={sections.length * 10 + 10} onClose={close} /> : null}
      </Suspense>
    </>
  )
}
