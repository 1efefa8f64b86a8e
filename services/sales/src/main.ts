import { run } from '@vitrylo/service'
import { sales } from './index.ts'

await run(sales, process.env, process.argv.slice(2))
