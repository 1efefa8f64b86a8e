import { invalid, type Violation } from '@vitrylo/errors'
import type { Stage } from '@vitrylo/proto/vitrylo/sales/v1/pipeline.ts'
import { newId } from '@vitrylo/service'

export type KnownStage = Stage & { id: string }

/** The stages as they shall be, each with an id, and those that go. A name or an id cannot stand twice. */
export function planStages(current: readonly Stage[], wanted: readonly Stage[]): { stages: KnownStage[]; gone: KnownStage[] } {
  const known = new Set(current.map(({ id }) => id))
  const wrong: Violation[] = wanted.flatMap(({ id, name }, index) => {
    const before = wanted.slice(0, index)
    const field = `stages[${index}]`
    if (id !== undefined && !known.has(id)) return [{ field: `${field}.id`, rule: 'reference', description: 'the pipeline has no such stage; leave the id out for a new one' }]
    if (id !== undefined && before.some((other) => other.id === id)) return [{ field: `${field}.id`, rule: 'unique', description: 'the stage stands twice' }]
    if (before.some((other) => other.name === name)) return [{ field: `${field}.name`, rule: 'unique', description: 'another stage has this name' }]
    return []
  })
  if (wrong.length > 0) throw invalid(wrong)
  const stays = new Set(wanted.map(({ id }) => id))
  return {
    stages: wanted.map((stage) => ({ ...stage, id: stage.id ?? newId() })),
    gone: current.filter(({ id }) => !stays.has(id)) as KnownStage[],
  }
}
