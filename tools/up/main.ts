import { enableCompileCache } from 'node:module'
import { fileURLToPath } from 'node:url'

// A tenth of the start, and the compiler's own memory: later starts take the stripped and compiled code from here.
enableCompileCache(fileURLToPath(new URL('../../node_modules/.cache/compile', import.meta.url)))
await import('./src/run.ts')
