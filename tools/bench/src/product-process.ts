import { enableCompileCache } from 'node:module'
import { fileURLToPath } from 'node:url'

// As tools/up/main.ts does it.
enableCompileCache(fileURLToPath(new URL('../../../node_modules/.cache/compile', import.meta.url)))
await import('./product-run.ts')
