import { AppError } from '@vitrylo/errors'

/** What a broken constraint means for the caller. */
export async function explained<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    const { constraint = '' } = error as { constraint?: string }
    if (!/^(counterparty|contact_person)_external_id_unique$/.test(constraint)) throw error
    const metadata = { field: 'externalId' }
    throw new AppError('ALREADY_EXISTS', 'TAKEN', 'externalId is taken by another record', metadata, [], error)
  }
}
