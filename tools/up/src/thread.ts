import { enableCompileCache } from 'node:module'
import { parentPort, workerData } from 'node:worker_threads'
import { startComponents } from './components.ts'
import type { Environments } from './environments.ts'

// Some parts as a thread of the launcher's process. It ends when it is told to, never by itself.
enableCompileCache(process.env.NODE_COMPILE_CACHE)
const { stop } = await startComponents(workerData as Partial<Environments>)
parentPort!.once('message', () => {
  // Whatever is left open then must not keep the thread: the launcher waits for its end.
  stop().then(() => process.exit(0), (error: unknown) => {
    console.error(error)
    process.exit(1)
  })
})
parentPort!.postMessage('ready')
