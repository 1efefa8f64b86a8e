import { run } from '@vitrylo/service'
import { contacts } from './index.ts'

await run(contacts, process.env, process.argv.slice(2))
