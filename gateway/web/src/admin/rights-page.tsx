import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { TextInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Link, useBlocker, useNavigate } from '@tanstack/react-router'
import { IconPlus, IconSearch, IconUser, IconX } from '@tabler/icons-react'
import { ApiError, get, patch, post } from '../api/client.ts'
import { fieldError } from '../api/error-text.ts'
import { filterOf } from '../api/filter.ts'
import { useNames } from '../api/directory.ts'
import { useCan } from '../api/me.ts'
import { allPages } from '../api/records.ts'
import type { FieldLimit, Grant, GrantCell, Group, Section } from '../api/types.ts'
import { nameFrom } from '../custom/name-from.ts'
import { useKeys } from '../lib/keys.ts'
import { Button } from '../ui/button.tsx'
import { EmployeeSelect } from '../ui/employee-select.tsx'
import { FormDialog } from '../ui/form-dialog.tsx'
import { Icon } from '../ui/icon.tsx'
import { NumberField } from '../ui/number-field.tsx'
import { PartError } from '../ui/part-error.tsx'
import { toast, toastError } from '../ui/toast.ts'
import { ViewBar } from '../ui/view-bar.tsx'
import { FieldLimits } from './field-limits.tsx'
import { RightsInspector } from './rights-inspector.tsx'
import { RightsMatrix } from './rights-matrix.tsx'
import { cellKey, cellsOf, changedCells, matrixOf, onList, onMatrix, scopes, specialOf, type ChangedList, type Draft, type Scope } from './rights-model.ts'
import { Bars } from './scope-cell.tsx'
import { SpecialRules } from './special-rules.tsx'
import './rights.css'

const route = getRouteApi('/rights')

/** `Менеджери з продажу` -> `menedzhery-z-prodazhu` */
const codeFrom = (title: string) => nameFrom(title).replaceAll('_', '-')

function GroupForm({ onClose, onDone }: { onClose: () => void; onDone: (id: string) => void }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const [value, setValue] = useState({ title: '', name: '' })
  const save = useMutation({
    mutationFn: () => post<Group>('groups', { ...value, name: value.name || codeFrom(value.title) }),
    onSuccess: (saved) => {
      // At once: a group that the list does not have would not stay chosen.
      client.setQueryData<Group[]>(['groups', 'all'], (before) => [...(before ?? []), saved])
      void client.invalidateQueries({ queryKey: ['groups'] })
      onDone(saved.id)
    },
  })
  return (
    <FormDialog title={t('rights.createGroup')} submit={t('ui.create')} onClose={onClose} onSubmit={() => save.mutate()} busy={save.isPending} error={save.error} size={440}>
      <div className="w2"><TextInput data-autofocus required label={t('rights.groupTitle')} value={value.title} onChange={(event) => setValue({ ...value, title: event.currentTarget.value })} error={fieldError(save.error, 'title')} /></div>
      <div className="w2"><TextInput label={t('rights.groupName')} description={t('rights.groupNameHint')} placeholder={codeFrom(value.title)} value={value.name} onChange={(event) => setValue({ ...value, name: event.currentTarget.value })} error={fieldError(save.error, 'name')} /></div>
    </FormDialog>
  )
}

/** Rights of one person: their own group, made when it is wanted first. */
function PersonForm({ onClose, onDone }: { onClose: () => void; onDone: (id: string) => void }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const names = useNames()
  const [who, setWho] = useState<string>()
  const save = useMutation({
    mutationFn: () => post<Group>('groups', { name: who, employeeId: who, title: names.person(who) }),
    onSuccess: (saved) => {
      // At once: a group that the list does not have would not stay chosen.
      client.setQueryData<Group[]>(['groups', 'all'], (before) => [...(before ?? []), saved])
      void client.invalidateQueries({ queryKey: ['groups'] })
      onDone(saved.id)
    },
  })
  return (
    <FormDialog title={t('rights.addPerson')} submit={t('ui.create')} onClose={onClose} onSubmit={() => who && save.mutate()} busy={save.isPending} error={save.error} size={440}>
      <div className="w2"><EmployeeSelect required label={t('rights.who')} value={who} onChange={setWho} placeholder={t('rights.chooseWho')} error={fieldError(save.error, 'employeeId')} /></div>
    </FormDialog>
  )
}

type Agreed = Pick<Group, 'requestsPerMinute' | 'bulkReadsPerHour'>

/** How much of the API a member may ask for, and of how much reading administrators are told. */
function Figures({ value, disabled, onChange }: { value: Agreed; disabled: boolean; onChange: (value: Agreed) => void }) {
  const { t } = useTranslation()
  const figure = (field: keyof Agreed, hint: string, max: number) => (
    <NumberField
      className="request-limit" label={t(`rights.${field}`)} description={t(hint)} placeholder={t('rights.requestsUsual')}
      min={0} max={max} value={value[field] || ''} disabled={disabled} onChange={(next) => onChange({ ...value, [field]: Math.trunc(Number(next)) || 0 })}
    />
  )
  return (
    <section className="special" aria-label={t('rights.requests')}>
      <h3>{t('rights.requests')}</h3>
      {figure('requestsPerMinute', 'rights.requestsHint', 1_000_000)}
      {figure('bulkReadsPerHour', 'rights.bulkReadsHint', 100_000_000)}
    </section>
  )
}

type Rights = { etag: string; figures: Agreed; grants: Grant[]; limits: FieldLimit[] }

/** The matrix of one group with what is not saved yet. */
function GroupRights({ group, sections, may }: { group: Group; sections: Section[]; may: boolean }) {
  const { t } = useTranslation()
  const can = useCan()
  const client = useQueryClient()
  const rights = useQuery({
    queryKey: ['grants', group.id],
    queryFn: async ({ signal }): Promise<Rights> => {
      // The group first: what is saved meanwhile makes its etag old, and is never undone unseen.
      const { etag, requestsPerMinute, bulkReadsPerHour } = await get<Group>(`groups/${group.id}`, undefined, signal)
      const [grants, { limits }] = await Promise.all([
        allPages<Grant>('grants', 'grants', signal, filterOf({ groupId: group.id })),
        get<{ limits: FieldLimit[] }>(`groups/${group.id}/field-limits`, undefined, signal),
      ])
      return { etag, figures: { requestsPerMinute, bulkReadsPerHour }, grants, limits }
    },
  })
  const { etag = '', figures: agreed = group, grants = [], limits = [] } = rights.data ?? {}
  const [fields, setFields] = useState<ChangedList<FieldLimit>>()
  const [figures, setFigures] = useState<Agreed>()
  const saved = matrixOf(grants)
  const [draft, setDraft] = useState<Draft>({})
  const [special, setSpecial] = useState<ChangedList<GrantCell>>()
  const now = onMatrix(saved, draft)
  const rules = onList(specialOf(grants), special)
  const limited = onList(limits, fields)
  const cells = changedCells(saved, now)
  const changed = [...cells, ...(special ? ['special'] : []), ...(fields ? ['fields'] : []), ...(figures === undefined ? [] : ['figures'])]
  const forget = () => {
    setDraft({})
    setSpecial(undefined)
    setFields(undefined)
    setFigures(undefined)
  }
  useBlocker({ shouldBlockFn: () => changed.length > 0 && !confirm(t('rights.leaveUnsaved')), enableBeforeUnload: changed.length > 0 })
  const save = useMutation({
    mutationFn: async () => {
      const done = (answer: Partial<Rights>) => client.setQueryData<Rights>(['grants', group.id], (before) => before && { ...before, ...answer })
      let newest = etag
      // Each moves the group on. Limits first: rights that widen must not stand a moment without them.
      if (fields) {
        const kept = await post<Pick<Rights, 'etag' | 'limits'>>(`groups/${group.id}:setFieldLimits`, { limits: limited }, { etag: newest })
        newest = kept.etag
        done(kept)
        setFields(undefined)
      }
      if (cells.length > 0 || special) {
        const given = await post<Pick<Rights, 'etag' | 'grants'>>(`groups/${group.id}:setGrants`, { cells: [...cellsOf(now), ...rules] }, { etag: newest })
        newest = given.etag
        done(given)
        setDraft({})
        setSpecial(undefined)
      }
      if (figures !== undefined) {
        const agreed = await patch<Group>(`groups/${group.id}?updateMask=requestsPerMinute,bulkReadsPerHour`, figures, newest)
        done({ etag: agreed.etag, figures })
        setFigures(undefined)
      }
    },
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ['groups'] })
      void client.invalidateQueries({ queryKey: ['grants', 'effective'] })
      void client.invalidateQueries({ queryKey: ['me'] })
      toast(t('rights.saved'), t('rights.savedHint'))
    },
    onError: (error) => {
      // What others saved is shown, with what was changed here upon it.
      void client.invalidateQueries({ queryKey: ['grants', group.id] })
      const isStale = error instanceof ApiError && error.problem.reason === 'ETAG_MISMATCH'
      toastError(t('rights.notSaved'), error, isStale ? t('rights.othersSaved') : undefined)
    },
  })
  const change = (section: string, action: string, scope: Scope | undefined) => setDraft({ ...draft, [cellKey(section, action)]: scope })
  useKeys([{ combo: 'mod+s', label: 'keys.save', run: () => (changed.length > 0 ? save.mutate() : false) }], may)
  return (
    <div className="mx scroll" role="region" aria-label={group.title} tabIndex={0} aria-busy={rights.isPending}>
      <div className="row mxh">
        <h2>{group.title}</h2>
        <span className="meta cut grow">
          {group.employeeId ? t('rights.onePerson') : can('employees') ? <Link className="link" to="/employees" search={{ group: group.name }}>{t('rights.members', { count: group.memberCount })}</Link> : t('rights.members', { count: group.memberCount })}
        </span>
        {changed.length > 0 ? (
          <>
            <span className="meta" role="status">{t('rights.unsaved', { count: changed.length })}</span>
            <Button size="sm" onClick={forget}>{t('ui.cancel')}</Button>
            <Button size="sm" tone="primary" busy={save.isPending} combo="mod+s" onClick={() => save.mutate()}>{t('ui.save')}</Button>
          </>
        ) : null}
      </div>
      {rights.error ? <div className="pad"><PartError error={rights.error} what={group.title} onRetry={() => void rights.refetch()} /></div> : (
        <>
          <RightsMatrix sections={sections} saved={saved} now={now} disabled={!may || rights.isPending} onChange={change} />
          <FieldLimits sections={sections} limits={limited} may={may && !rights.isPending} onChange={(wanted) => setFields({ before: limits, now: wanted })} />
          <Figures value={figures ?? agreed} disabled={!may || rights.isPending} onChange={({ requestsPerMinute, bulkReadsPerHour }) => setFigures(requestsPerMinute === agreed.requestsPerMinute && bulkReadsPerHour === agreed.bulkReadsPerHour ? undefined : { requestsPerMinute, bulkReadsPerHour })} />
          <SpecialRules sections={sections} rules={rules} may={may && !rights.isPending} onChange={(wanted) => setSpecial({ before: specialOf(grants), now: wanted })} />
        </>
      )}
    </div>
  )
}

function Legend() {
  const { t } = useTranslation()
  return (
    <div className="status legend">
      {scopes.map((scope) => <span key={scope} className="row gap4"><Bars scope={scope} />{t(`words.scopeLong.${scope}`)}</span>)}
      <span className="row gap4 bad"><Icon of={IconX} size={14} />{t('words.scope.deny')}</span>
      <span className="row gap4"><span className="ovk" />{t('rights.unsavedCell')}</span>
      <span className="grow" />
      <span><kbd>1</kbd>–<kbd>4</kbd> {t('keys.scopeShort')}</span>
      <span><kbd>0</kbd> {t('keys.noneShort')}</span>
      <span><kbd>X</kbd> {t('words.scope.deny')}</span>
    </div>
  )
}

/** Who may what: groups, the matrix of the chosen one, and the question why. */
export default function RightsPage() {
  const { t } = useTranslation()
  const can = useCan()
  const search = route.useSearch()
  const navigate = useNavigate({ from: '/rights' })
  const [find, setFind] = useState('')
  const [creating, setCreating] = useState<'group' | 'person'>()
  const groups = useQuery({ queryKey: ['groups', 'all'], queryFn: ({ signal }) => allPages<Group>('groups', 'groups', signal) })
  const sections = useQuery({ queryKey: ['sections'], queryFn: ({ signal }) => get<{ sections: Section[] }>('sections', undefined, signal), staleTime: Infinity }).data?.sections ?? []
  const all = groups.data ?? []
  const group = all.find((one) => one.id === search.group) ?? all[0]
  const choose = (id: string) => void navigate({ search: { group: id }, replace: true })
  useEffect(() => {
    if (search.group && groups.data && !groups.data.some((one) => one.id === search.group)) void navigate({ search: {}, replace: true })
  }, [search.group, groups.data, navigate])
  const shown = all.filter((one) => one.title.toLocaleLowerCase().includes(find.trim().toLocaleLowerCase()))
  return (
    <>
      <ViewBar title={t('tree.rights')}>
        {can('rights', 'create') ? (
          <>
            <Button icon={IconUser} onClick={() => setCreating('person')}>{t('rights.addPerson')}</Button>
            <Button icon={IconPlus} onClick={() => setCreating('group')}>{t('rights.createGroup')}</Button>
          </>
        ) : null}
      </ViewBar>
      {groups.error ? <div className="pad"><PartError error={groups.error} what={t('rights.groups')} onRetry={() => void groups.refetch()} /></div> : null}
      <div className="rights">
        <div className="grps">
          <label className="row grps-find">
            <Icon of={IconSearch} size={14} className="muted" />
            <input type="search" placeholder={t('rights.findGroup')} aria-label={t('rights.findGroup')} value={find} onChange={(event) => setFind(event.target.value)} />
          </label>
          <ul className="scroll" aria-label={t('rights.groups')}>
            {shown.toSorted((a, b) => Number(!!a.employeeId) - Number(!!b.employeeId)).map((one) => (
              <li key={one.id}>
                <button type="button" className={`gr ${one.id === group?.id ? 'on' : ''}`} aria-current={one.id === group?.id ? 'true' : undefined} onClick={() => choose(one.id)}>
                  <span className="cut grow">{one.title}</span>
                  {one.employeeId ? <Icon of={IconUser} size={14} className="muted" /> : <span className="count">{one.memberCount}</span>}
                </button>
              </li>
            ))}
          </ul>
        </div>
        {group ? <GroupRights key={group.id} group={group} sections={sections} may={can('rights', 'manage')} /> : <div className="mx" />}
        {sections.length > 0 ? <RightsInspector sections={sections} groupTitle={(name) => all.find((one) => one.name === name)?.title ?? name} /> : <aside className="insp" />}
      </div>
      <Legend />
      {creating === 'group' ? <GroupForm onClose={() => setCreating(undefined)} onDone={(id) => { setCreating(undefined); choose(id) }} /> : null}
      {creating === 'person' ? <PersonForm onClose={() => setCreating(undefined)} onDone={(id) => { setCreating(undefined); choose(id) }} /> : null}
    </>
  )
}
