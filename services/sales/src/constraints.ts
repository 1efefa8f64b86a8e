import { takenCustomField } from '@vitrylo/custom'
import { AppError } from '@vitrylo/errors'

const TAKEN: Record<string, string> = {
  pipeline_name_unique: 'name',
  opportunity_external_id_unique: 'externalId',
}

/** What a broken constraint means for the caller. */
export async function explained<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    const { constraint = '' } = error as { constraint?: string }
    const field = TAKEN[constraint] ?? takenCustomField(constraint)
    if (field === undefined) throw error
    throw new AppError('ALREADY_EXISTS', 'TAKEN', `${field} is taken by another record`, { field }, [], error)
  }
}
