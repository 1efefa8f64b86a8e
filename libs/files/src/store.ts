import { AppError } from '@vitrylo/errors'

/** Where bytes of files are. A key is a random id that we made; nobody's text comes here. */
export type FileStore = {
  /** Resolves when the bytes outlast a loss of power; what failed in the middle leaves nothing that `remove` does not take. */
  put(key: string, bytes: AsyncIterable<Uint8Array>): Promise<void>
  /** Part by part, no faster than it is read. FILE_LOST where the store answers and has none: trying again is useless. */
  get(key: string): Promise<AsyncIterable<Uint8Array>>
  /** All that is there of it, half written too. Nothing there is as good. */
  remove(key: string): Promise<void>
}

/** Whoever looks after the store is told in the log, by the key. */
export const lost = (key: string, cause: unknown = new Error(`the store has no ${key}`)): AppError =>
  new AppError('DATA_LOSS', 'FILE_LOST', 'the store has no bytes of this file; tell the administrator: it was restored without its files, or they were taken out', {}, [], cause)
