import { run } from '@vitrylo/service'
import { serviceDesk } from './index.ts'

await run(serviceDesk, process.env, process.argv.slice(2))
