import { run } from '@vitrylo/service'
import { directory } from './index.ts'

await run(directory, process.env, process.argv.slice(2))
