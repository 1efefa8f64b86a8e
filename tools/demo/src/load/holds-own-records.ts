import { createApi, type Access } from './api.ts'

const OURS = 'demo-'

/**
 * Whether an installation knows clients that are not of the demonstration: people work in it. Records of a
 * load that broke off do not count, the next one completes them.
 */
export async function holdsOwnRecords(access: Access): Promise<boolean> {
  const api = createApi(access)
  const { counterparties } = await api.get('counterparties?pageSize=250')
  return counterparties.some(({ externalId }: { externalId: string }) => !externalId.startsWith(OURS))
}
