/** Where bytes of files are. A key is a random id that we made; nobody's text comes here. */
export type FileStore = {
  /** Resolves when the bytes outlast a loss of power; what failed in the middle leaves nothing that `remove` does not take. */
  put(key: string, bytes: AsyncIterable<Uint8Array>): Promise<void>
  /** Part by part, no faster than it is read. */
  get(key: string): Promise<AsyncIterable<Uint8Array>>
  /** All that is there of it, half written too. Nothing there is as good. */
  remove(key: string): Promise<void>
}
