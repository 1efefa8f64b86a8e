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

/** A sentence for each thing that could not be had, and whether there is any use in going on. */
export type Installed = { faults: string[]; usable: boolean }

/**
 * Installs what is not there at its pinned version, one after the other. A tool that fails to build takes no check with
 * it but its own; without Go or Python there is nothing to check with.
 */
export function install(names: readonly string[] = STEPS.map(({ name }) => name)): Installed {
  mkdirSync(DIR, { recursive: true })
  const missing = STEPS.filter(({ name, mark }) => names.includes(name) && !existsSync(join(DIR, mark)))
  const without = missingBuilders(missing)
  return without.length > 0 ? { faults: without, usable: false } : { faults: missing.flatMap(installOne), usable: true }
}

function missingBuilders(steps: readonly Step[]): string[] {
  const why: Record<string, string> = { go: 'Go 1.26 or newer builds', python3: 'Python 3 with pip fetches' }
  return [...new Set(steps.map(({ needs }) => needs))]
    .filter((needs) => run(needs, [needs === 'go' ? 'version' : '--version']).status !== 0)
    .map((needs) => `${needs} is missing: ${why[needs]} ${steps.filter((step) => step.needs === needs).map(({ name }) => name).join(', ')}.`)
}

function installOne({ name, mark, work }: Step): string[] {
  const from = Date.now()
  console.log(`installing ${mark}`)
  try {
    work()
  } catch (error) {
    return [`${name} could not be installed: ${error instanceof Error ? error.message : String(error)}`]
  }
  console.log(`installed  ${name} in ${Math.round((Date.now() - from) / 1000)} s`)
  return []
}

/** The version is part of the file's name: another pinned version is another file. */
function nameOf(name: string): string {
  const { version } = GO_TOOLS.find((pinned) => pinned.name === name)!
  return `${name}-${version}`
}
