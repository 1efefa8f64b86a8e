import { isDeepStrictEqual } from 'node:util'
import { sees, type RightsStore } from '@vitrylo/auth'
import { customCells, fieldsOf, overlaid } from '@vitrylo/custom'
import { appendOutbox } from '@vitrylo/events'
import { bareHeader, keptFrom, type ImportContext, type ImportKind, type Planned } from '@vitrylo/imports'
import { many, sql, type Tx } from '@vitrylo/pg'
import type { Opportunity } from '@vitrylo/proto/vitrylo/sales/v1/opportunity.ts'
import { columns, fromRow, insertOpportunities, type OpportunityRow } from '../opportunity/opportunity-sql.ts'
import { settleRowOpportunity } from '../opportunity/references.ts'
import { insertStays } from '../opportunity/stay-sql.ts'
import { lookUp, placeOf, type Found } from './look-up.ts'
import { newFrom, saveChange, type Change, type New } from './plan-opportunity.ts'
import { FIELDS, parseOpportunity, type OpportunityRecord } from './parse-opportunity.ts'

type Plan = { added: New } | { change: Change }

/** Opportunities with their past. One with a known external id is changed: what the row leaves empty stays as it is. */
export const opportunityImport = (rights: Pick<RightsStore, 'data'>): ImportKind<OpportunityRecord, Plan> => ({
  name: 'opportunity',
  section: 'opportunities',
  // Custom fields come and go while the service runs.
  get fields() {
    return [...FIELDS, ...cellsOf(rights).map(({ name }) => name)]
  },
  get headers() {
    return new Map(cellsOf(rights).flatMap(({ name, aliases }) => aliases.map((alias): [string, string] => [bareHeader(alias), name])))
  },
  parse: parseOpportunity,
  keysOf: ({ externalId }) => (externalId === '' ? [] : [externalId]),
  async plan(tx, records, context) {
    // What is hidden from the caller finds nothing: the row is refused as a new one would be.
    const asked = context.caller.limits()?.hidden.get('opportunities')?.has('externalId') ? [] : records.map(({ externalId }) => externalId)
    const known = await lockByExternalId(tx, asked.filter((id) => id !== ''))
    const meaning = await lookUp(tx, records, context)
    const planned: Planned<Plan>[] = []
    for (const record of records) {
      const current = known.get(record.externalId)
      const looked = meaning(record, current?.pipelineId)
      if ('violations' in looked) planned.push(looked)
      else planned.push(await settled(tx, current === undefined ? planNew(record, looked.found, context) : planChange(current, record, looked.found, context), context))
    }
    return planned
  },
  async save(tx, plans, { caller, now }) {
    const added = plans.flatMap((plan) => ('added' in plan ? [plan.added] : []))
    const saved = await insertOpportunities(tx, rights.data(), added.map(({ opportunity }) => opportunity), now)
    await insertStays(tx, added.flatMap(({ stays }) => stays), caller.employeeId)
    await appendOutbox(tx, added.flatMap(({ tell }, index) => tell(saved[index]!, caller.employeeId)))
    for (const plan of plans) if ('change' in plan) await saveChange(tx, plan.change, caller.employeeId, now)
  },
})

const cellsOf = (rights: Pick<RightsStore, 'data'>) => customCells(fieldsOf(rights.data(), 'opportunities'))

/** Custom values of what is to be saved, judged as they are when one is saved by hand. */
async function settled(tx: Tx, planned: Planned<Plan>, { caller, rights }: ImportContext): Promise<Planned<Plan>> {
  if (!('plan' in planned)) return planned
  const { plan, outcome } = planned
  if ('added' in plan) {
    const { record, violations } = await settleRowOpportunity(rights, tx, caller, plan.added.opportunity)
    return violations.length > 0 ? { violations } : { plan: { added: { ...plan.added, opportunity: record } }, outcome }
  }
  const { current, record: row } = plan.change
  if (row.custom === undefined) return planned
  const { record, violations } = await settleRowOpportunity(rights, tx, caller, { ...current, custom: overlaid(current.custom, row.custom) }, current.custom)
  return violations.length > 0 ? { violations } : { plan: { change: { ...plan.change, record: { ...row, custom: record.custom } } }, outcome }
}

async function lockByExternalId(tx: Tx, externalIds: readonly string[]): Promise<Map<string, Opportunity>> {
  const rows = await many<OpportunityRow>(
    tx,
    sql`select ${columns} from opportunity o where o.external_id = any(${externalIds}::text[]) and o.external_id <> '' order by o.id for update`,
  )
  return new Map(rows.map((row) => [row.external_id, fromRow(row)]))
}

function planNew(record: OpportunityRecord, found: Found, { caller, rights, now }: ImportContext): Planned<Plan> {
  const limited = keptFrom(caller, { ...WRITING, action: 'create' }, Object.keys(saidIn(record, found)))
  if (limited !== undefined) return limited
  const { ownerId, branchId } = placeOf(found, caller, rights)
  if (ownerId === undefined) return refused('owner', 'required', 'say who leads it')
  if (!sees(caller, 'opportunities', { branchId, ownerId }, 'create')) {
    return refused('owner', 'scope', 'your right does not reach this owner or branch')
  }
  return { plan: { added: newFrom(record, found, { ownerId, branchId }, now) }, outcome: 'created' }
}

function planChange(current: Opportunity, record: OpportunityRecord, found: Found, { caller }: ImportContext): Planned<Plan> {
  const place = { ownerId: found.ownerId ?? current.ownerId, branchId: found.branchId ?? current.branchId }
  // One that the caller may not see is told of as taken, as it is when one is added by hand.
  if (!sees(caller, 'opportunities', current, 'change')) return refused('externalId', 'taken', 'another record has it')
  if (!sees(caller, 'opportunities', place, 'change')) return refused('owner', 'scope', 'your right does not reach this owner or branch')
  if (record.pipeline !== '' && found.pipeline.id !== current.pipelineId) return refused('pipeline', 'state', 'an opportunity stays in its pipeline')
  const hidden = caller.limits()?.hidden.get('opportunities')
  const said = Object.entries(saidIn(record, found)).filter(([field, value]) => hidden?.has(field) || !isDeepStrictEqual(current[field as keyof Opportunity], value))
  return keptFrom(caller, { ...WRITING, action: 'change' }, said.map(([field]) => field)) ?? { plan: { change: { current, record, found } }, outcome: 'updated' }
}

const WRITING = { section: 'opportunities', always: ['title', 'counterpartyId', 'pipelineId', 'stageId', 'ownerId', 'branchId'] }

/** Fields that a row speaks of, with what it says. */
function saidIn(record: OpportunityRecord, { client, stage, pipeline, ownerId, branchId }: Found): Record<string, unknown> {
  const { title, product, source, externalId, note, amount, openTime, closeTime, expectedCloseDate, lostReason, custom } = record
  const said = {
    custom, title, product, source, externalId, note, amount, openTime, closeTime, expectedCloseDate, lostReason, ownerId, branchId,
    counterpartyId: client?.id, stageId: stage?.id, pipelineId: record.pipeline && pipeline.id,
  }
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value))
}

const refused = (field: string, rule: string, description: string): Planned<Plan> => ({ violations: [{ field, rule, description }] })
