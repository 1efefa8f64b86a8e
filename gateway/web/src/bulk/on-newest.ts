import { ApiError, get } from '../api/client.ts'

/** A change of a record as it was ticked; where that one moved on meanwhile, of the record as it is now. */
export async function onNewest<T>(path: string, row: T, change: (now: T) => Promise<T>): Promise<T> {
  try {
    return await change(row)
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 412) throw error
    return change(await get<T>(path))
  }
}
