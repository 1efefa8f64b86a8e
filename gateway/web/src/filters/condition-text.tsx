import { Fragment, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useNames } from '../api/directory.ts'
import { useRecord } from '../api/records.ts'
import type { Counterparty } from '../api/types.ts'
import { usePipelines } from '../sales/queries.ts'
import { date, number } from '../lib/format.ts'
import { wordsKey } from './catalogue.ts'
import { fieldText, operatorText, type Scene } from './group-editor.tsx'
import { choiceOf, writtenOf, type Condition, type Group, type Item } from './model.ts'

/** Conditions as a sentence: what the builder shows in fields. */
export function ConditionText({ scene, group }: { scene: Scene; group: Group }) {
  const { t } = useTranslation()
  const part = (item: Item): ReactNode => {
    if (item.kind === 'group') {
      const joined = <ConditionText scene={scene} group={item} />
      return item.not ? <>{t('filters.not')} ({joined})</> : item.items.length > 1 ? <>({joined})</> : joined
    }
    return item.kind === 'condition' && Object.hasOwn(scene.fields, item.field) ? <OneCondition scene={scene} condition={item} /> : <code>{writtenOf(item)}</code>
  }
  return group.items.map((item, at) => <Fragment key={at}>{at > 0 ? ` ${t(`filters.word.${group.join}`)} ` : null}{part(item)}</Fragment>)
}

function OneCondition({ scene, condition }: { scene: Scene; condition: Condition }) {
  const { t } = useTranslation()
  const choice = choiceOf(condition)
  return (
    <>
      {t('filters.quoted', { text: fieldText(scene, condition.field, t) })} {operatorText(scene.fields[condition.field]!, choice, t)}
      {choice === '*' || choice === '!*' ? null : <> <b><ValueText scene={scene} condition={condition} /></b></>}
    </>
  )
}

function ValueText({ scene, condition: { field, value: { text } } }: { scene: Scene; condition: Condition }) {
  const { t } = useTranslation()
  const names = useNames()
  const { pipelines } = usePipelines()
  const { type, words, wordLabels, reference } = scene.fields[field]!
  const party = useRecord<Counterparty>('counterparties', reference === 'counterparties' ? text : undefined).data
  if (words) return wordLabels?.[text] ?? t(`${wordsKey(scene.of, field)}.${text}`, { defaultValue: text })
  if (type === 'boolean') return t(text === 'true' ? 'ui.yes' : 'ui.no')
  if (type === 'date') return /^\d{4}-\d\d-\d\d$/.test(text) ? date(`${text}T00:00`) : text
  if (type === 'number') return text === '' || Number.isNaN(Number(text)) ? text : number(Number(text))
  const named: Record<string, string | undefined> = {
    employees: names.person(text), branches: names.branch(text), counterparties: party?.displayName, pipelines: pipelines.find(({ id }) => id === text)?.name,
    stages: pipelines.flatMap(({ stages }) => stages).find(({ id }) => id === text)?.name,
  }
  return reference === undefined ? text : (named[reference] ?? text)
}
