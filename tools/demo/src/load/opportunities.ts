import type { DemoData } from '../generate.ts'
import { eachAtOnce, type Api } from './api.ts'
import { importRows } from './import.ts'

/** Deals with their past days, by the import that other systems use; then what to do next for those that are open. */
export async function loadOpportunities(api: Api, { opportunities }: DemoData): Promise<void> {
  const { pipelines } = await api.get('pipelines')
  const { stages } = pipelines.find(({ isDefault }: { isDefault: boolean }) => isDefault)
  const rows = opportunities.map(({ progress, openTime, closeTime, nextStep: _step, nextStepDate: _date, ...facts }) => ({
    ...facts,
    currency: 'UAH',
    stage: stages[Math.round(progress * (stages.length - 1))].id,
    openTime: openTime.toISOString(),
    closeTime: closeTime?.toISOString() ?? '',
  }))
  await importRows(api, 'opportunity-imports', { kind: 'opportunity' }, rows)
  const saved = new Map((await api.all('opportunities')).map((opportunity) => [opportunity['externalId'], opportunity]))
  const planned = opportunities.filter(({ nextStep, externalId }) => nextStep !== '' && saved.get(externalId)?.['nextStep'] === '')
  await eachAtOnce(8, planned, async ({ externalId, nextStep, nextStepDate }) => {
    await api.patch(`opportunities/${saved.get(externalId)!['id']}`, { nextStep, nextStepDate })
  })
}
