import { takenCustomField } from '@vitrylo/custom'
import { AppError } from '@vitrylo/errors'

/** What a broken constraint means for the caller. */
export async function explained<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    const { constraint = '' } = error as { constraint?: string }
    const field = /^(counterparty|contact_person)_external_id_unique$/.test(constraint) ? 'externalId' : takenCustomField(constraint)
    if (field === undefined) throw error
    throw new AppError('ALREADY_EXISTS', 'TAKEN', `${field} is taken by another record`, { field }, [], error)
  }
}
