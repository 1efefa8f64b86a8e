import { ApiError, get } from '../api/client.ts'
import type { Change } from './run-bulk.ts'

/**
 * A change of a record as it was ticked; where that one moved on meanwhile, of the record as it is now.
 * `heldBy` tells in whose hands a record is: one that came into others' since it was ticked is left to them.
 */
export async function onNewest<T>(path: string, row: T, change: (now: T) => Promise<T>, heldBy?: (row: T) => string): Promise<Change<T>> {
  try {
    return { before: row, after: await change(row) }
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 412) throw error
    const now = await get<T>(path)
    if (heldBy !== undefined && heldBy(now) !== heldBy(row)) throw new ApiError({ status: 412, reason: 'TAKEN_MEANWHILE' })
    return { before: now, after: await change(now) }
  }
}
