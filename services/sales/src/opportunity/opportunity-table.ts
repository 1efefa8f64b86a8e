import { customTable, type Table, type Words } from '@vitrylo/imports'
import { many, sql, type Pool } from '@vitrylo/pg'
import { Opportunity, OpportunityState } from '@vitrylo/proto/vitrylo/sales/v1/opportunity.ts'
import { listOpportunities } from './opportunity-sql.ts'

const STATES: Partial<Record<OpportunityState, Words>> = {
  [OpportunityState.OPEN]: { uk: 'відкрита', en: 'open' },
  [OpportunityState.WON]: { uk: 'виграно', en: 'won' },
  [OpportunityState.LOST]: { uk: 'втрачено', en: 'lost' },
}

/** Opportunities as their list shows them, with what sums and reasons are reckoned from. */
export const opportunityTable = (pool: Pool): Table<Opportunity> => ({
  section: 'opportunities',
  typeName: 'vitrylo.sales.v1.Opportunity',
  encode: (opportunity) => Opportunity.encode(opportunity).finish(),
  title: { uk: 'Угоди', en: 'Opportunities' },
  async page(asker, request) {
    const { opportunities: records, nextPageToken } = await listOpportunities(pool, asker, request, 'export')
    return { records, nextPageToken }
  },
  async names(_asker, opportunities) {
    const ids = [...new Set(opportunities.flatMap(({ pipelineId, stageId }) => [pipelineId, stageId]))].filter(Boolean)
    const rows = await many<{ id: string; name: string }>(pool, sql`select id, name from stage where id = any(${ids}::uuid[]) union all select id, name from pipeline where id = any(${ids}::uuid[])`)
    return new Map(rows.map(({ id, name }) => [id, name]))
  },
  columns: (rights) => [
    { head: { uk: 'Назва', en: 'Title' }, of: ['title'], width: 40, value: ({ title }) => title },
    { head: { uk: 'Номер', en: 'Number' }, of: ['number'], width: 16, value: ({ number }) => number },
    { head: { uk: 'Контрагент', en: 'Counterparty' }, of: ['counterpartyId'], width: 32, value: ({ counterpartyName }) => counterpartyName },
    { head: { uk: 'Воронка', en: 'Pipeline' }, of: ['pipelineId'], value: ({ pipelineId }, { names }) => names.get(pipelineId ?? '') },
    { head: { uk: 'Етап', en: 'Stage' }, of: ['stageId'], value: ({ stageId }, { names }) => names.get(stageId ?? '') },
    { head: { uk: 'Стан', en: 'State' }, of: ['state'], width: 12, value: ({ state }, { language }) => STATES[state]?.[language] },
    { head: { uk: 'Сума', en: 'Sum' }, of: ['amount'], kind: 'sum', value: ({ amount }) => amount?.amount },
    { head: { uk: 'Валюта', en: 'Currency' }, of: ['amount'], width: 10, value: ({ amount }) => amount?.currency },
    { head: { uk: 'Імовірність, %', en: 'Probability, %' }, of: ['probability'], kind: 'figure', value: ({ probability }) => probability },
    { head: { uk: 'Відповідальний', en: 'Responsible' }, of: ['ownerId'], value: ({ ownerId }, { rights: { employees } }) => employees.get(ownerId ?? '')?.displayName },
    { head: { uk: 'Філія', en: 'Branch' }, of: ['branchId'], value: ({ branchId }, { rights: { branchFacts } }) => branchFacts.get(branchId ?? '')?.name },
    { head: { uk: 'Очікуване закриття', en: 'Expected to close' }, of: ['expectedCloseDate'], kind: 'day', value: ({ expectedCloseDate }) => expectedCloseDate },
    { head: { uk: 'Наступний крок', en: 'Next step' }, of: ['nextStep'], value: ({ nextStep }) => nextStep },
    { head: { uk: 'Коли', en: 'When' }, of: ['nextStepDate'], kind: 'day', value: ({ nextStepDate }) => nextStepDate },
    { head: { uk: 'Джерело', en: 'Source' }, of: ['source'], value: ({ source }) => source },
    { head: { uk: 'Товар або послуга', en: 'Product or service' }, of: ['product'], value: ({ product }) => product },
    { head: { uk: 'Причина втрати', en: 'Reason of the loss' }, of: ['lostReason'], value: ({ lostReason }) => lostReason },
    { head: { uk: 'Примітка', en: 'Note' }, of: ['note'], width: 40, value: ({ note }) => note },
    ...customTable<Opportunity>(rights, 'opportunities'),
    { head: { uk: 'Відкрито', en: 'Opened' }, of: ['openTime'], kind: 'time', value: ({ openTime }) => openTime },
    { head: { uk: 'Закрито', en: 'Closed' }, of: ['closeTime'], kind: 'time', value: ({ closeTime }) => closeTime },
  ],
})
