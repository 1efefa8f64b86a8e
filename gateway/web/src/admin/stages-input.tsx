import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Textarea, TextInput } from '@mantine/core'
import { IconArrowDown, IconArrowUp, IconPlus, IconX } from '@tabler/icons-react'
import { ruleText } from '../api/error-text.ts'
import type { Stage } from '../api/types.ts'
import { announce } from '../lib/announce.ts'
import { Button } from '../ui/button.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import { NumberField } from '../ui/number-field.tsx'
import { Status } from '../ui/status.tsx'

/** A stage as it is typed; `key` tells two new ones apart. */
export type StageDraft = { key: string; id: string | undefined; name: string; probability: number | string; stayLimitDays: number | string; hint: string }

export const draftOf = (stage: Stage): StageDraft => ({ key: stage.id ?? '', id: stage.id, name: stage.name, probability: stage.probability, stayLimitDays: stage.stayLimitDays, hint: stage.hint })
export const newStage = (): StageDraft => ({ key: crypto.randomUUID(), id: undefined, name: '', probability: 0, stayLimitDays: 0, hint: '' })
export const stageOf = ({ id, name, probability, stayLimitDays, hint }: StageDraft) => ({ ...(id !== undefined && { id }), name: name.trim(), probability: Number(probability) || 0, stayLimitDays: Number(stayLimitDays) || 0, hint: hint.trim() })

type Violation = { field: string; rule: string; description: string }
type Props = { value: StageDraft[]; onChange: (value: StageDraft[]) => void; may: boolean; error: unknown }

/** What the service says of one field of one stage. */
function errorAt(error: unknown, at: number, field: string): string | undefined {
  const found = (error as { problem?: { errors?: Violation[] } } | null)?.problem?.errors?.find((one) => one.field.endsWith(`stages[${at}].${field}`))
  return found && ruleText(found)
}

/** The stages of a pipeline in their order, and its two ends, which are always there. */
export function StagesInput({ value, onChange, may, error }: Props) {
  const { t } = useTranslation()
  const box = useRef<HTMLFieldSetElement>(null)
  // A row that was moved takes its focus along, a new one (0) gets it.
  const [moved, setMoved] = useState<{ key: string; by: -1 | 0 | 1 }>()
  useEffect(() => {
    if (moved === undefined) return
    const able = (what: string) => box.current?.querySelector<HTMLElement>(`[data-stage="${moved.key}"] ${what}:not(:disabled)`)
    const found = moved.by === 0 ? able('input') : (able(`[data-by="${moved.by}"]`) ?? able(`[data-by="${-moved.by}"]`))
    found?.focus()
  }, [moved])
  const set = (at: number, part: Partial<StageDraft>) => onChange(value.map((one, index) => (index === at ? { ...one, ...part } : one)))
  const move = (at: number, by: -1 | 1) => {
    const order = value.toSpliced(at, 1)
    order.splice(at + by, 0, value[at]!)
    onChange(order)
    setMoved({ key: value[at]!.key, by })
    announce(t('pipelines.moved', { name: value[at]!.name, place: at + by + 1 }))
  }
  const add = () => {
    const one = newStage()
    onChange([...value, one])
    setMoved({ key: one.key, by: 0 })
  }
  return (
    <fieldset className="group-field w2 stages" ref={box}>
      <legend>{t('pipelines.stages')}</legend>
      <div className="stage-head" aria-hidden="true"><span>{t('pipelines.stageName')}</span><span>{t('pipelines.probability')}</span><span>{t('pipelines.limit')}</span></div>
      {value.map((one, at) => {
        const name = one.name || t('pipelines.stageNumber', { number: at + 1 })
        return (
          <div key={one.key} className="stage-line" role="group" aria-label={name} data-stage={one.key}>
            <TextInput required readOnly={!may} aria-label={t('pipelines.stageName')} value={one.name} onChange={(event) => set(at, { name: event.currentTarget.value })} error={errorAt(error, at, 'name')} maxLength={100} />
            <NumberField min={0} max={100} readOnly={!may} suffix=" %" hideControls aria-label={t('pipelines.probability')} value={one.probability} onChange={(probability) => set(at, { probability })} error={errorAt(error, at, 'probability')} />
            <NumberField min={0} max={3650} readOnly={!may} suffix={` ${t('pipelines.days')}`} hideControls aria-label={t('pipelines.limit')} value={one.stayLimitDays} onChange={(stayLimitDays) => set(at, { stayLimitDays })} error={errorAt(error, at, 'stayLimitDays')} />
            {may ? (
              <span className="row gap4">
                <IconButton size="sm" icon={IconArrowUp} label={t('pipelines.up', { name })} data-by={-1} disabled={at === 0} onClick={() => move(at, -1)} />
                <IconButton size="sm" icon={IconArrowDown} label={t('pipelines.down', { name })} data-by={1} disabled={at === value.length - 1} onClick={() => move(at, 1)} />
                <IconButton size="sm" icon={IconX} label={t('pipelines.removeStage', { name })} disabled={value.length === 1} onClick={() => onChange(value.toSpliced(at, 1))} />
              </span>
            ) : <span />}
            <Textarea className="stage-hint" readOnly={!may} autosize minRows={1} maxRows={4} aria-label={t('pipelines.hint')} placeholder={t('pipelines.hint')} value={one.hint} onChange={(event) => set(at, { hint: event.currentTarget.value })} error={errorAt(error, at, 'hint')} maxLength={1000} />
          </div>
        )
      })}
      {may ? <div><Button size="sm" icon={IconPlus} disabled={value.length >= 30} onClick={add}>{t('pipelines.addStage')}</Button></div> : null}
      <p className="meta stage-ends">
        <Status tone="good">{t('words.opportunityState.won')}</Status> <Status tone="bad">{t('words.opportunityState.lost')}</Status> <span>{t('pipelines.ends')}</span>
      </p>
    </fieldset>
  )
}
