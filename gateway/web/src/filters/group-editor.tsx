import { useTranslation } from 'react-i18next'
import { Select, Textarea } from '@mantine/core'
import type { FieldFacts } from '@vitrylo/lists/types.ts'
import type { TFunction } from 'i18next'
import { IconPlus, IconX } from '@tabler/icons-react'
import { Button } from '../ui/button.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import { choicesOf, wordsKey, type Fields } from './catalogue.ts'
import { choiceOf, emptyGroup, withChoice, writtenOf, type Condition, type Group, type Item, type Related } from './model.ts'
import { ValueInput } from './value-input.tsx'

/** The fields that may stand here, and whose they are. */
export type Scene = { of: string; fields: Fields; relations: Readonly<Record<string, { fields: Fields }>>; /** Of a record as it is, whoever asks and whenever: no `me`, no days that move. */ fixed?: boolean }

type Props = { scene: Scene; group: Group; onChange: (group: Group) => void; onRemove?: () => void; label: string }

const freshOf = ({ fields }: Scene): Condition => {
  const field = Object.keys(fields)[0]!
  return { kind: 'condition', not: false, field, operator: choicesOf(fields[field]!)[0] as ':', value: { text: '', quoted: false } }
}

/** What the builder begins with: one condition to fill in. */
export const firstOf = (scene: Scene): Group => ({ ...emptyGroup(), items: [freshOf(scene)] })

/** Without that condition where nobody has touched it. */
export const filledIn = (scene: Scene, group: Group): Group => ({ ...group, items: group.items.filter((item, at) => at > 0 || JSON.stringify(item) !== JSON.stringify(freshOf(scene))) })

/** Conditions that all hold, or of which one does; groups in groups. */
export function GroupEditor({ scene, group, onChange, onRemove, label }: Props) {
  const { t } = useTranslation()
  const items = (next: Item[]) => onChange({ ...group, items: next })
  const set = (at: number, item: Item | undefined) => items(item === undefined ? group.items.toSpliced(at, 1) : group.items.with(at, item))
  const add = (item: Item) => items([...group.items, item])
  const relations = Object.keys(scene.relations)
  return (
    <div className="fb-group" role="group" aria-label={label}>
      <div className="fb-head">
        <div className="seg" role="group" aria-label={t('filters.join')}>
          {(['and', 'or'] as const).map((join) => (
            <button key={join} type="button" className={group.join === join ? 'on' : ''} aria-pressed={group.join === join} onClick={() => onChange({ ...group, join })}>
              {t(`filters.joint.${join}`)}
            </button>
          ))}
        </div>
        {onRemove ? <Not not={group.not} onChange={(not) => onChange({ ...group, not })} /> : null}
        <span className="grow" />
        {onRemove ? <IconButton size="sm" icon={IconX} label={t('filters.removeGroup')} onClick={onRemove} /> : null}
      </div>
      {group.items.map((item, at) => (
        <ItemEditor key={at} scene={scene} item={item} onChange={(next) => set(at, next)} onRemove={() => set(at, undefined)} number={at + 1} />
      ))}
      <div className="fb-foot">
        <Button tone="quiet" size="sm" icon={IconPlus} onClick={() => add(freshOf(scene))}>{t('filters.addCondition')}</Button>
        <Button tone="quiet" size="sm" icon={IconPlus} onClick={() => add({ ...emptyGroup(), join: group.join === 'and' ? 'or' : 'and', items: [freshOf(scene)] })}>{t('filters.addGroup')}</Button>
        {relations.length > 0 ? (
          <Button tone="quiet" size="sm" icon={IconPlus} onClick={() => add({ kind: 'related', not: false, name: relations[0]!, where: emptyGroup() })}>{t('filters.addRelated')}</Button>
        ) : null}
      </div>
    </div>
  )
}

function Not({ not, onChange }: { not: boolean; onChange: (not: boolean) => void }) {
  const { t } = useTranslation()
  return <Button size="sm" tone={not ? 'plain' : 'quiet'} aria-pressed={not} onClick={() => onChange(!not)}>{t('filters.not')}</Button>
}

type ItemProps = { scene: Scene; item: Item; onChange: (item: Item) => void; onRemove: () => void; number: number }

function ItemEditor({ scene, item, onChange, onRemove, number }: ItemProps) {
  const { t } = useTranslation()
  if (item.kind === 'group') return <GroupEditor scene={scene} group={item} onChange={onChange} onRemove={onRemove} label={t('filters.group', { number })} />
  if (item.kind === 'related' && Object.hasOwn(scene.relations, item.name)) return <RelatedEditor scene={scene} item={item} onChange={onChange} onRemove={onRemove} />
  if (item.kind === 'condition' && Object.hasOwn(scene.fields, item.field)) return <ConditionEditor scene={scene} condition={item} onChange={onChange} onRemove={onRemove} number={number} />
  return (
    <div className="fb-row">
      <Textarea className="grow" label={t('filters.written')} autosize minRows={1} value={writtenOf(item)} onChange={(event) => onChange({ kind: 'written', text: event.currentTarget.value })} />
      <IconButton size="sm" icon={IconX} label={t('filters.removeCondition', { number })} onClick={onRemove} />
    </div>
  )
}

function RelatedEditor({ scene, item, onChange, onRemove }: Omit<ItemProps, 'item' | 'number'> & { item: Related }) {
  const { t } = useTranslation()
  const inner: Scene = { of: item.name, fields: scene.relations[item.name]!.fields, relations: {} }
  const data = Object.keys(scene.relations).map((name) => ({ value: name, label: t(`filters.relation.${name}`) }))
  return (
    <div className="fb-related">
      <div className="fb-head">
        <Select label={t('filters.there')} data={[{ value: 'is', label: t('filters.isAny') }, { value: 'none', label: t('filters.isNone') }]} value={item.not ? 'none' : 'is'} onChange={(next) => onChange({ ...item, not: next === 'none' })} allowDeselect={false} />
        <Select label={t('filters.relationLabel')} data={data} value={item.name} onChange={(name) => onChange({ ...item, name: name ?? item.name, where: emptyGroup() })} allowDeselect={false} />
        <span className="grow" />
        <IconButton size="sm" icon={IconX} label={t('filters.removeRelated')} onClick={onRemove} />
      </div>
      <GroupEditor scene={inner} group={item.where} onChange={(where) => onChange({ ...item, where })} label={t(`filters.relation.${item.name}`)} />
    </div>
  )
}

function ConditionEditor({ scene, condition, onChange, onRemove, number }: Omit<ItemProps, 'item'> & { condition: Condition }) {
  const { t } = useTranslation()
  const field = scene.fields[condition.field]!
  const fields = Object.keys(scene.fields).map((name) => ({ value: name, label: fieldText(scene, name, t) }))
  const choice = choiceOf(condition)
  const offered = choicesOf(field)
  const operators = (offered.includes(choice) ? offered : [...offered, choice]).map((value) => ({ value, label: operatorText(field, value, t) }))
  const name = fieldText(scene, condition.field, t)
  const choose = (next: string | null) => {
    if (next === null || next === condition.field) return
    const first = choicesOf(scene.fields[next]!)[0]!
    onChange({ ...withChoice({ ...condition, field: next, value: { text: '', quoted: false } }, first) })
  }
  return (
    <div className="fb-row">
      <Select label={t('filters.fieldLabel', { number })} data={fields} value={condition.field} onChange={choose} searchable allowDeselect={false} nothingFoundMessage={t('ui.nothingFound')} />
      <Select label={t('filters.operatorLabel', { name })} data={operators} value={choice} onChange={(next) => next && onChange(withChoice(condition, next))} allowDeselect={false} />
      {choice === '*' || choice === '!*' ? <span /> : (
        <ValueInput fixed={scene.fixed === true} label={t('filters.valueLabel', { name })} field={field} words={wordsKey(scene.of, condition.field)} value={condition.value} onChange={(value) => onChange({ ...condition, value })} />
      )}
      <IconButton size="sm" icon={IconX} label={t('filters.removeCondition', { number })} onClick={onRemove} />
    </div>
  )
}

export const fieldText = (scene: Scene, name: string, t: TFunction): string => scene.fields[name]?.label ?? t(`filters.field.${name}`)

export function operatorText({ type }: FieldFacts, choice: string, t: TFunction): string {
  const kind = type === 'time' || type === 'date' ? 'time' : type === 'array' ? 'array' : 'plain'
  return t(`filters.operator.${kind}.${nameOf(choice)}`)
}

/** Signs cannot be parts of a key. */
const NAMES: Readonly<Record<string, string>> = {
  '=': 'eq', '!=': 'ne', ':': 'has', '!:': 'hasNot', '<': 'lt', '<=': 'le', '>': 'gt', '>=': 'ge', '!<': 'notLt', '!<=': 'notLe', '!>': 'notGt', '!>=': 'notGe', '*': 'is', '!*': 'isNot',
}
const nameOf = (choice: string): string => NAMES[choice] ?? 'eq'
