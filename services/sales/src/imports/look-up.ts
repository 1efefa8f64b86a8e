import type { Caller, RightsData } from '@vitrylo/auth'
import type { Violation } from '@vitrylo/errors'
import type { ImportContext } from '@vitrylo/imports'
import { many, sql, type Tx } from '@vitrylo/pg'
import type { Pipeline } from '@vitrylo/proto/vitrylo/sales/v1/pipeline.ts'
import { clientsNamed, type Client } from '../counterparty/counterparty-sql.ts'
import { isUsable } from '../opportunity/references.ts'
import { allPipelines } from '../pipeline/pipeline-sql.ts'
import type { KnownStage } from '../pipeline/stages.ts'
import { isEndOf, type OpportunityRecord } from './parse-opportunity.ts'

/** What the names of a row mean. Owner and branch only where the row names them. */
export type Found = {
  pipeline: Pipeline
  stage: KnownStage | undefined
  client: Client | undefined
  ownerId: string | undefined
  branchId: string | undefined
}

/** For a known opportunity its own pipeline stands in for one that is not named. */
export type LookUp = {
  of(record: OpportunityRecord, pipelineId?: string): { found: Found } | { violations: Violation[] }
  /** The client that a row names, where it is a single one. */
  clientOf(record: OpportunityRecord): Client | undefined
}

/** Looks up everything that a batch of rows names, in three statements. */
export async function lookUp(tx: Tx, records: readonly OpportunityRecord[], { caller, rights }: ImportContext): Promise<LookUp> {
  // Held first and read then: no stage leaves its pipeline before the batch is saved.
  await many(tx, sql`select id from stage where position is not null order by id for key share`)
  const pipelines = await allPipelines(tx)
  const named = [...new Set(records.map(({ counterparty }) => counterparty))].filter((text) => text !== '')
  const clients = (await clientsNamed(tx, named)).filter((client) => isUsable(caller, client))
  // Whose an external id is is not told to who may not see it.
  const isHidden = caller.limits()?.hidden.get('counterparties')?.has('externalId') === true
  const clientOf = indexBy(clients, ({ id, externalId, name }) => [id, isHidden ? '' : externalId, name])
  const employeeOf = indexBy([...rights.employees.values()], ({ id, username, externalId, displayName }) => [id, username ?? '', externalId, displayName])
  const branchOf = indexBy([...rights.branchFacts.values()], ({ id, code, name }) => [id, code, name])
  const pipelineOf = indexBy(pipelines, ({ id, name }) => [id, name])

  const of: LookUp['of'] = (record, pipelineId) => {
    const violations: Violation[] = []
    const pick = <T>(field: 'counterparty' | 'owner' | 'branch' | 'pipeline', of: (text: string) => readonly T[]): T | undefined => {
      const text = record[field]
      if (text === '') return undefined
      const matches = of(text)
      if (matches.length === 0) violations.push({ field, rule: 'reference', description: `no ${field} of this name, code or id` })
      if (matches.length > 1) violations.push({ field, rule: 'ambiguous', description: `${matches.length} of this name; use the id or external id` })
      return matches[0]
    }
    const client = pick('counterparty', clientOf)
    const owner = pick('owner', employeeOf)
    const branch = pick('branch', branchOf)
    const pipeline = record.pipeline === '' ? pipelines.find(({ id, isDefault }) => (pipelineId === undefined ? isDefault : id === pipelineId)) : pick('pipeline', pipelineOf)
    const stage = record.stage === '' ? undefined : pipeline?.stages.find(({ id, name }) => id === record.stage || same(name, record.stage))
    if (record.stage !== '' && pipeline !== undefined && stage === undefined && !isEndOf(record.stage)) {
      violations.push({ field: 'stage', rule: 'reference', description: `${pipeline.name} has no such stage` })
    }
    if (violations.length > 0) return { violations }
    return { found: { pipeline: pipeline!, stage: stage as KnownStage | undefined, client, ownerId: owner?.id, branchId: branch?.id } }
  }
  return {
    of,
    clientOf({ counterparty }) {
      const matches = counterparty === '' ? [] : clientOf(counterparty)
      return matches.length === 1 ? matches[0] : undefined
    },
  }
}

/** Owner and branch of a new opportunity, by the same rules as when one is added by hand. */
export function placeOf({ ownerId, branchId, client }: Found, caller: Caller, { employees }: RightsData): { ownerId?: string; branchId?: string } {
  const owner = ownerId ?? caller.employeeId ?? client?.responsibleId
  return { ownerId: owner, branchId: branchId ?? employees.get(owner ?? '')?.branchId ?? client?.branchId }
}

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase()

/** By exact key first (an id or code is worth more than a name): keys come in the order of their worth. */
function indexBy<T>(records: readonly T[], keysOf: (record: T) => readonly string[]): (text: string) => readonly T[] {
  const levels: Map<string, T[]>[] = []
  for (const record of records) {
    for (const [level, key] of keysOf(record).entries()) {
      if (key === '') continue
      const index = (levels[level] ??= new Map<string, T[]>())
      const known = index.get(key.toLowerCase())
      if (known === undefined) index.set(key.toLowerCase(), [record])
      else known.push(record)
    }
  }
  return (text) => levels.values().map((index) => index?.get(text.toLowerCase())).find((found) => found !== undefined) ?? []
}
