// dead-letters …: events of the directory that the issuer could not apply, with VITRYLO_DATABASE_URL, its own; docs/events.md. It serves as a part of `make up`.
import { createPool } from '@vitrylo/pg'
import { createLog, databaseUrlOf, logLevelOf, runProcess, tendDeadLetters } from '@vitrylo/service'
import { directoryHandlers, GROUP } from './src/index.ts'

const { env } = process

await runProcess('issuer', {
  async 'dead-letters'(_signal, args) {
    const pool = createPool({ url: databaseUrlOf(env), name: 'issuer command', max: 2 })
    await tendDeadLetters({ pool, log: createLog('issuer', logLevelOf(env)), groups: { [GROUP]: directoryHandlers } }, args).finally(() => pool.end())
  },
}, process.argv.slice(2))
