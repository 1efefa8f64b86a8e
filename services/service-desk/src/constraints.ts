import { takenCustomField } from '@vitrylo/custom'
import { AppError, invalid } from '@vitrylo/errors'

const TAKEN: Record<string, string> = {
  queue_name_unique: 'name',
  request_call_unique: 'callId',
}

/** What a broken constraint means for the caller. */
export async function explained<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    const { constraint = '', detail = '' } = error as { constraint?: string; detail?: string }
    const field = TAKEN[constraint] ?? takenCustomField(constraint)
    if (field !== undefined) throw new AppError('ALREADY_EXISTS', 'TAKEN', `${field} is taken by another record`, { field }, [], error)
    if (constraint !== 'request_queue_fkey') throw error
    if (/still referenced/.test(detail)) {
      throw new AppError('FAILED_PRECONDITION', 'IN_USE', 'requests came through this queue: it stays and keeps its name', {}, [], error)
    }
    throw invalid([{ field: 'queue', rule: 'reference', description: 'no such queue' }])
  }
}
