import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { buildGoTool } from './go-tool.ts'
import { GO_TOOLS, KUBERNETES, SCHEMA_PACKAGE } from './pinned.ts'
import { run } from './process.ts'
import { installSchemas } from './schemas.ts'

/** VITRYLO_TOOLS_DIR: where the pinned tools are kept; the user's cache unless told. */
const DIR = process.env.VITRYLO_TOOLS_DIR ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'vitrylo', 'tools')

export const SCHEMAS = join(DIR, 'schemas')

/** Path of an installed program. */
export const tool = (name: string): string => join(DIR, nameOf(name))

type Step = { name: string; mark: string; needs: string; work(): void }

const STEPS: readonly Step[] = [
  ...GO_TOOLS.map((pinned): Step => ({
    name: pinned.name,
    mark: nameOf(pinned.name),
    needs: 'go',
    work: () => {
      // Built beside and renamed: an interrupted build is no installed tool.
      buildGoTool(pinned, `${tool(pinned.name)}.new`)
      renameSync(`${tool(pinned.name)}.new`, tool(pinned.name))
    },
  })),
  {
    name: 'schemas',
    mark: `schemas/${SCHEMA_PACKAGE.version}-${KUBERNETES.oldest}-${KUBERNETES.newest}`,
    needs: 'python3',
    work: () => {
      rmSync(SCHEMAS, { recursive: true, force: true })
      installSchemas(SCHEMAS)
      writeFileSync(join(DIR, STEPS.at(-1)!.mark), '')
    },
  },
]

/** Installs what is not there at its pinned version, one after the other. Answers whether all of it is there. */
export function install(names: readonly string[] = STEPS.map(({ name }) => name)): boolean {
  mkdirSync(DIR, { recursive: true })
  const missing = STEPS.filter(({ name, mark }) => names.includes(name) && !existsSync(join(DIR, mark)))
  for (const needs of new Set(missing.map((step) => step.needs))) {
    if (run(needs, [needs === 'go' ? 'version' : '--version']).status === 0) continue
    console.log(`${needs} is missing: ${needs === 'go' ? 'Go 1.26 or newer builds' : 'Python 3 with pip fetches'} ${missing.filter((step) => step.needs === needs).map(({ name }) => name).join(', ')}.`)
    return false
  }
  for (const { name, mark, work } of missing) {
    const from = Date.now()
    console.log(`installing ${mark}`)
    work()
    console.log(`installed  ${name} in ${Math.round((Date.now() - from) / 1000)} s`)
  }
  return true
}

/** The version is part of the file's name: another pinned version is another file. */
function nameOf(name: string): string {
  const { version } = GO_TOOLS.find((pinned) => pinned.name === name)!
  return `${name}-${version}`
}
