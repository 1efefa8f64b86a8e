import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { render } from './render.ts'
import { wire } from './wire.ts'
import { wordsOf } from './words.ts'

const GENERATE = ['make', 'proto']

/** Writes the skeleton of a service, tells the launcher of it and generates the code of its contract. */
export function newService(root: string, service: string, noun?: string): string[] {
  const words = wordsOf(service, noun)
  if (existsSync(join(root, 'services', service))) throw new Error(`services/${service} is there already`)
  if (existsSync(join(root, 'proto/vitrylo', words.area))) throw new Error(`proto/vitrylo/${words.area} is there already`)
  const files = render(words)
  for (const [path, text] of [...wire(root, words), ...files]) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  link(root, service)
  const [program, ...args] = GENERATE
  const { status } = spawnSync(program!, args, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] })
  if (status !== 0) throw new Error('make proto failed; the files are written, run it again when the contract is right')
  return [...files.keys()]
}

/** As npm would, without asking npm: the workspace brings no package that is not there. */
function link(root: string, service: string): void {
  const modules = join(root, 'node_modules')
  const target = join(modules, '@vitrylo', service)
  if (!existsSync(target)) symlinkSync(`../../services/${service}`, target)
  const now = new Date()
  utimesSync(join(modules, '.package-lock.json'), now, now)
}
