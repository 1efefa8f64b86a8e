import { sees, type RightsStore } from '@vitrylo/auth'
import { fieldsOf, dayColumns, figureColumns, fileColumns, holdersOf, importCells, listColumns, uniqueValues } from '@vitrylo/custom'
import { appendOutbox } from '@vitrylo/events'
import { bareHeader, formerOf, keptFrom, keysRefusal, keyValues, knownOutcome, matchRows, newRows, severalFound, takenByRecord, type Former, type ImportContext, type ImportKind, type Known, type Match, type Planned } from '@vitrylo/imports'
import type { Tx } from '@vitrylo/pg'
import { Opportunity } from '@vitrylo/proto/vitrylo/sales/v1/opportunity.ts'
import { insertOpportunities } from '../opportunity/opportunity-sql.ts'
import { settleRowOpportunity } from '../opportunity/references.ts'
import { insertStays } from '../opportunity/stay-sql.ts'
import { customPlaces } from '../opportunity/custom-places.ts'
import { PIPELINE_ARCHIVED } from '../pipeline/pipeline-sql.ts'
import { HEADERS } from './header-names.ts'
import { FACTS, joinOpportunity, writableOf } from './join-opportunity.ts'
import { lookUp, placeOf, type Found } from './look-up.ts'
import { ALONE, BESIDE, differing, matchOpportunity } from './match-opportunity.ts'
import { newFrom, saveChange, type Change, type New } from './plan-opportunity.ts'
import { FIELDS, parseOpportunity, type OpportunityRecord } from './parse-opportunity.ts'
import { namesOfVisible, standing, undoOpportunities } from './undo-opportunities.ts'

type Plan = { added: New } | { change: Change } | { same: true }

/** Opportunities with their past, known and treated as the rules of the import say. What the row leaves empty stays as it is. */
export const opportunityImport = (rights: Pick<RightsStore, 'data'>, zone: string): ImportKind<OpportunityRecord, Plan> => ({
  name: 'opportunity',
  section: 'opportunities',
  // Custom fields come and go while the service runs.
  get fields() {
    return [...FIELDS, ...cellsOf(rights).map(({ name }) => name)]
  },
  get figures() {
    return ['amount', ...figureColumns(fieldsOf(rights.data(), 'opportunities'))]
  },
  get days() {
    return ['expectedCloseDate', 'closeDate', ...dayColumns(fieldsOf(rights.data(), 'opportunities'))]
  },
  times: ['openTime', 'closeTime'],
  get lists() {
    return listColumns(fieldsOf(rights.data(), 'opportunities'))
  },
  zone,
  get files() {
    return fileColumns(fieldsOf(rights.data(), 'opportunities'))
  },
  get headers() {
    return new Map([...cellsOf(rights).flatMap(({ name, aliases }) => aliases.map((alias): [string, string] => [bareHeader(alias), name])), ...HEADERS])
  },
  keys: { alone: ALONE, beside: BESIDE },
  refusal: (caller, rules) => keysRefusal(caller, rules, matchOpportunity),
  parse: parseOpportunity,
  // Clients as the file names them: of two names for one client tells the look-up of the batch.
  keysOf: (record, { keys }) =>
    [['externalId'], ...keys].flatMap((key) => keyValues(key, (part) => (part === 'counterparty' ? [record.counterparty.toLowerCase()] : matchOpportunity.valuesOf(part, rowOf(record, undefined))))),
  plan,
  unique: {
    claims: (plan, context) =>
      uniqueValues(fieldsOf(context.rights, 'opportunities'), 'added' in plan ? plan.added.opportunity : 'change' in plan ? plan.change.next : undefined),
    holders: (db, claims) => holdersOf(db, customPlaces.opportunities, claims),
    namesOf: namesOfVisible,
  },
  save: (tx, plans, context) => save(tx, plans, context, zone),
  undo: undoOpportunities,
  namesOf: namesOfVisible,
})

const cellsOf = (rights: Pick<RightsStore, 'data'>) => importCells(fieldsOf(rights.data(), 'opportunities'))

/** A row as it is compared with opportunities of the base. */
const rowOf = ({ id, number, title, product, externalId, amount }: OpportunityRecord, counterpartyId: string | undefined): Opportunity =>
  Opportunity.fromPartial({ id, number, title, product, externalId, amount, counterpartyId })

/** Which opportunity each row is, and what becomes of it. A row that is one with another of the batch waits until that one is saved. */
async function plan(tx: Tx, records: readonly OpportunityRecord[], context: ImportContext): Promise<Planned<Plan>[]> {
  const meaning = await lookUp(tx, records, context)
  const rows = records.map((record) => rowOf(record, meaning.clientOf(record)?.id))
  const matches = await matchRows(tx, rows, context, matchOpportunity)
  const added = await newRows(context, matchOpportunity)
  const taken = new Set<string>()
  const planned: Planned<Plan>[] = []
  for (const [at, record] of records.entries()) {
    const { found } = matches[at]!
    const id = found[0]?.record.id
    const isTwin = id === undefined ? added.has(rows[at]!) : taken.has(id)
    const looked = meaning.of(record, found.length === 1 && found[0]!.visible ? found[0]!.record.pipelineId : undefined)
    const judged: Planned<Plan> = found.length > 1 ? severalFound(matches[at]!, nameFor(context))
      : 'violations' in looked ? looked
      : isTwin ? { again: true, outcome: knownOutcome(context.rules) }
      : await settled(tx, id === undefined ? planNew(record, looked.found, matches[at]!, context) : planKnown(record, looked.found, matches[at]!, context), context)
    planned.push(judged)
    if ('plan' in judged && 'added' in judged.plan) added.add(rows[at]!)
    if ('plan' in judged && id !== undefined) taken.add(id)
  }
  return planned
}

/** Adds and changes, and tells what it did. */
async function save(tx: Tx, plans: readonly Plan[], { caller, rights, now }: ImportContext, zone: string) {
  const added = plans.flatMap((plan) => ('added' in plan ? [plan.added] : []))
  const saved = await insertOpportunities(tx, { ...rights, zone }, added.map(({ opportunity }) => opportunity), now)
  await insertStays(tx, added.flatMap(({ stays }) => stays), caller.employeeId)
  await appendOutbox(tx, added.flatMap(({ tell }, index) => tell(saved[index]!, caller.employeeId)))
  // What came in decided begins with another revision than an undo takes for granted.
  const updated: Former[] = saved.flatMap(({ id, etag }) => (etag === '1' ? [] : [{ id, revision: Number(etag), before: {}, after: {} }]))
  for (const plan of plans) {
    if (!('change' in plan)) continue
    const { current } = plan.change
    const next = await saveChange(tx, plan.change, caller.employeeId, now)
    if (next.etag === current.etag) continue
    const [was, is] = [standing(current), standing(next)]
    const fields = [...differing(current, next, FACTS), ...(JSON.stringify(was.stage) === JSON.stringify(is.stage) ? [] : ['stage'])]
    updated.push({ ...formerOf(was, is, fields), revision: Number(next.etag) })
  }
  return { created: saved.map(({ id }) => id), updated }
}

/** Custom values of what is to be saved, judged as they are when one is saved by hand. */
async function settled(tx: Tx, planned: Planned<Plan>, { caller, rights }: ImportContext): Promise<Planned<Plan>> {
  if (!('plan' in planned) || 'same' in planned.plan) return planned
  const { plan, outcome } = planned
  if ('added' in plan) {
    const { record, violations } = await settleRowOpportunity(rights, tx, caller, plan.added.opportunity)
    return violations.length > 0 ? { violations } : { plan: { added: { ...plan.added, opportunity: record } }, outcome }
  }
  const { current, next } = plan.change
  if (differing(current, next, ['custom']).length === 0) return planned
  const { record, violations } = await settleRowOpportunity(rights, tx, caller, next, current.custom)
  return violations.length > 0 ? { violations } : { plan: { change: { ...plan.change, next: record } }, outcome }
}

function planNew(record: OpportunityRecord, found: Found, { holder }: Match<Known<Opportunity>>, context: ImportContext): Planned<Plan> {
  const { caller, rights, rules, now } = context
  const limited = keptFrom(caller, { ...WRITING, action: 'create' }, Object.keys(saidIn(record, found)))
  // That it is taken is told to nobody from whom it is hidden.
  if (holder !== undefined) return limited ?? takenBy(holder, context)
  if (rules.unknown === 'skip') return { plan: { same: true }, outcome: 'skipped' }
  if (limited !== undefined) return limited
  if (found.pipeline.archived) return refused('pipeline', 'archived', PIPELINE_ARCHIVED)
  const { ownerId, branchId } = placeOf(found, caller, rights)
  if (ownerId === undefined) return refused('owner', 'required', 'say who leads it')
  if (!sees(caller, 'opportunities', { branchId, ownerId }, 'create')) {
    return refused('owner', 'scope', 'your right does not reach this owner or branch')
  }
  return { plan: { added: newFrom(record, found, { ownerId, branchId }, now) }, outcome: 'created' }
}

function planKnown(record: OpportunityRecord, found: Found, { found: [match], holder, key }: Match<Known<Opportunity>>, context: ImportContext): Planned<Plan> {
  const { caller, rules } = context
  const { record: current, visible, reachable } = match!
  // One that the caller may not see is told of as taken, as it is when one is added by hand.
  if (!visible) return takenBy(match!, context)
  if (rules.known === 'skip') return { plan: { same: true }, outcome: 'skipped' }
  if (!reachable) return refused(key[0] ?? '', 'scope', 'it is a record that you may see and not change')
  const isWritable = writableOf(rules.updateFields)
  const next = joinOpportunity(current, record, found, rules.known, isWritable)
  // Whom a share let in to it changes it where it is.
  const isMoved = next.ownerId !== current.ownerId || next.branchId !== current.branchId
  if (isMoved && ![current, next].every((place) => sees(caller, 'opportunities', place, 'change'))) return refused('owner', 'scope', 'your right does not reach this owner or branch')
  if (record.pipeline !== '' && found.pipeline.id !== current.pipelineId) return refused('pipeline', 'state', 'an opportunity stays in its pipeline')
  // Where it stands is a value that is there: only an update takes another one.
  const moves = { stage: rules.known === 'update' && isWritable('stage'), state: rules.known === 'update' && isWritable('state') }
  const hidden = caller.limits()?.hidden.get('opportunities')
  const said = Object.keys(saidIn(record, found))
  const stands = [...(moves.stage && found.stage !== undefined && found.stage.id !== current.stageId ? ['stageId'] : []), ...(moves.state && record.lostReason !== '' && record.lostReason !== current.lostReason ? ['lostReason'] : [])]
  const limited = keptFrom(caller, { ...WRITING, action: 'change' }, [...said.filter((field) => hidden?.has(field)), ...differing(current, next, FACTS), ...stands])
  if (limited !== undefined) return limited
  if (next.externalId !== current.externalId && holder !== undefined && holder.record.id !== current.id) return takenBy(holder, context)
  return { plan: { change: { current, next, record, found, moves } }, outcome: 'updated' }
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

function nameFor({ caller }: ImportContext): (record: Opportunity) => string {
  const isHidden = caller.limits()?.hidden.get('opportunities')?.has('title') === true
  return ({ title, id }) => (isHidden ? id : title)
}

const refused = (field: string, rule: string, description: string): Planned<Plan> => ({ violations: [{ field, rule, description }] })
const takenBy = ({ record, visible }: Known<Opportunity>, context: ImportContext): Planned<Plan> =>
  refused('externalId', 'taken', takenByRecord(record.id, visible ? nameFor(context)(record) : undefined))
