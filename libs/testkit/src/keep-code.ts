import { flushCompileCache } from 'node:module'

// Loaded before a program that a test starts: a process that is killed keeps no compiled code, so it is kept when it is ready.
const send = process.send?.bind(process)
if (send !== undefined) {
  process.send = ((...args: Parameters<NonNullable<typeof process.send>>) => {
    const sent = send(...args)
    flushCompileCache()
    return sent
  }) as typeof process.send
}
