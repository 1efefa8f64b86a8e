// make new-service NAME=billing [NOUN=invoice]
import { join } from 'node:path'
import { newService } from './src/new-service.ts'

const [name, noun] = process.argv.slice(2)
try {
  if (name === undefined) throw new Error('make new-service NAME=billing, also NOUN=invoice for what it keeps')
  const files = newService(join(import.meta.dirname, '../..'), name, noun || undefined)
  console.log(files.map((path) => `  ${path}`).join('\n'))
  console.log(`\nThe launcher starts it too. Next: make lint, make test T=services/${name}; then put your own fields in.`)
} catch (error) {
  console.error((error as Error).message)
  process.exitCode = 1
}
