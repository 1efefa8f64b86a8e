import { existsSync, realpathSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { manifestOf, type Manifest } from './packages.ts'

export type Closure = {
  /** Folders of workspaces, from the root: `libs/pg`. */
  workspaces: string[]
  /** Folders of packages, from the root: `node_modules/pino`. */
  packages: string[]
}

/**
 * What a workspace needs at run time. npm installs more: a library that tools need too is for npm no library of
 * development, whoever asks.
 */
export function closureOf(root: string, workspace: string): Closure {
  const seen = new Map<string, 'workspace' | 'package'>()
  const visit = (folder: string): void => {
    if (seen.has(folder)) return
    seen.set(folder, folder.includes('node_modules') ? 'package' : 'workspace')
    const manifest = manifestOf(join(root, folder))
    for (const [name, needed] of namesOf(manifest)) {
      if (name.startsWith('@types/')) continue // of compilers, though some packages name them as needed
      const found = find(root, folder, name)
      if (found !== undefined) visit(found)
      else if (needed) throw new Error(`${folder} needs ${name}, which is not installed`)
    }
  }
  visit(workspace)
  const of = (kind: string) => [...seen].filter(([, each]) => each === kind).map(([folder]) => folder).toSorted()
  return { workspaces: of('workspace'), packages: of('package') }
}

/** Names with true where the package cannot do without. */
function namesOf(manifest: Manifest): [string, boolean][] {
  const { dependencies = {}, optionalDependencies = {}, peerDependencies = {}, peerDependenciesMeta = {} } = manifest
  const peers = Object.keys(peerDependencies).filter((name) => peerDependenciesMeta[name]?.optional !== true)
  return [
    ...Object.keys(dependencies).map((name): [string, boolean] => [name, !(name in optionalDependencies)]),
    ...Object.keys(optionalDependencies).map((name): [string, boolean] => [name, false]),
    ...peers.map((name): [string, boolean] => [name, false]),
  ]
}

/** As node looks a package up: in the folder, then in those above. */
function find(root: string, folder: string, name: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    const candidate = join(root, at, 'node_modules', name)
    if (existsSync(join(candidate, 'package.json'))) return relative(realpathSync(root), realpathSync(candidate))
    if (at === '.') return undefined
  }
}
