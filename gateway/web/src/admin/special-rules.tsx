import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Select } from '@mantine/core'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import type { GrantCell, Section } from '../api/types.ts'
import { endOf, startOf } from '../lib/day.ts'
import { dateTime } from '../lib/format.ts'
import { Button } from '../ui/button.tsx'
import { DateField } from '../ui/date-field.tsx'
import { FormDialog } from '../ui/form-dialog.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import { scopes, type Action } from './rights-model.ts'

type Rules = { sections: Section[]; rules: GrantCell[]; may: boolean; onChange: (rules: GrantCell[]) => void }

function RuleForm({ sections, onClose, onDone }: { sections: Section[]; onClose: () => void; onDone: (rule: GrantCell) => void }) {
  const { t } = useTranslation()
  const [section, setSection] = useState(sections.find((one) => one.name)?.name ?? '')
  const [action, setAction] = useState<string>('view')
  const [effect, setEffect] = useState<string>('allow')
  const [scope, setScope] = useState<string>('branch')
  const [from, setFrom] = useState('')
  const [until, setUntil] = useState('')
  const known = sections.find((one) => one.name === section)?.actions ?? []
  const submit = () => {
    const rule = { section, action: action as Action, fromTime: startOf(from), untilTime: endOf(until) }
    onDone((effect === 'deny' ? { ...rule, scope: 'deny', denyScope: scope } : { ...rule, scope }) as GrantCell)
  }
  return (
    <FormDialog title={t('rights.addRule')} submit={t('rights.addRule')} onClose={onClose} onSubmit={submit} busy={false} size={480}>
      <Select label={t('rights.section')} data={sections.filter((one) => one.name).map((one) => ({ value: one.name, label: t(`words.section.${one.name}`, { defaultValue: one.name }) }))} value={section} onChange={(next) => setSection(next ?? '')} allowDeselect={false} />
      <Select label={t('rights.action')} data={known.map((one) => ({ value: one, label: t(`words.action.${one}`) }))} value={action} onChange={(next) => setAction(next ?? 'view')} allowDeselect={false} />
      <Select label={t('rights.effect.label')} data={['allow', 'deny'].map((one) => ({ value: one, label: t(`rights.effect.${one}`) }))} value={effect} onChange={(next) => setEffect(next ?? 'allow')} allowDeselect={false} />
      <Select label={t('rights.scope')} data={scopes.map((one) => ({ value: one, label: t(`words.scopeLong.${one}`) }))} value={scope} onChange={(next) => setScope(next ?? 'own')} allowDeselect={false} />
      <DateField label={t('rights.from')} value={from} onChange={setFrom} />
      <DateField label={t('rights.until')} value={until} onChange={setUntil} error={from !== '' && until !== '' && until < from ? t('rights.untilBeforeFrom') : undefined} />
    </FormDialog>
  )
}

/** Rules that hold for a time, or that deny some of the records. */
export function SpecialRules({ sections, rules, may, onChange }: Rules) {
  const { t } = useTranslation()
  const [adding, setAdding] = useState(false)
  return (
    <section className="special" aria-label={t('rights.special')}>
      <div className="row">
        <h3 className="grow">{t('rights.special')}</h3>
        {may ? <Button size="sm" icon={IconPlus} onClick={() => setAdding(true)}>{t('rights.addRule')}</Button> : null}
      </div>
      {rules.length === 0 ? <p className="meta">{t('rights.noSpecial')}</p> : null}
      <ul>
        {rules.map((rule, at) => (
          <li key={at} className="row">
            <span className="grow">
              <b>{t(`words.section.${rule.section}`, { defaultValue: rule.section })}</b>, {t(`words.action.${rule.action}`)}:{' '}
              <span className={rule.scope === 'deny' ? 'bad' : ''}>
                {rule.scope === 'deny' ? `${t('rights.effect.deny')}: ${t(`words.scope.${rule.denyScope ?? 'all'}`)}` : t(`words.scope.${rule.scope}`)}
              </span>
              <span className="meta"> {[rule.fromTime && t('rights.ground.from', { time: dateTime(rule.fromTime) }), rule.untilTime && t('rights.ground.until', { time: dateTime(rule.untilTime) })].filter(Boolean).join(', ')}</span>
            </span>
            {may ? <IconButton icon={IconTrash} size="sm" label={t('rights.removeRule')} onClick={() => onChange(rules.filter((_rule, index) => index !== at))} /> : null}
          </li>
        ))}
      </ul>
      {adding ? <RuleForm sections={sections} onClose={() => setAdding(false)} onDone={(rule) => { setAdding(false); onChange([...rules, rule]) }} /> : null}
    </section>
  )
}
