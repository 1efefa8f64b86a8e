import { run } from '@vitrylo/service'
import { telephony } from './index.ts'

await run(telephony, process.env, process.argv.slice(2))
