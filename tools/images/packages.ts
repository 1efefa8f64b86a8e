import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export type Manifest = {
  name: string
  version: string
  license?: string | { type?: string }
  licenses?: { type?: string }[]
  dependencies?: Record<string, string>
  optionalDependencies?: Record<string, string>
  peerDependencies?: Record<string, string>
  peerDependenciesMeta?: Record<string, { optional?: boolean }>
}

export const manifestOf = (folder: string): Manifest => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest

/** As SPDX has it, or as near as the package came; undefined where it names none. */
export function licenceOf({ license, licenses }: Manifest): string | undefined {
  const named = typeof license === 'string' ? license : (license?.type ?? licenses?.map(({ type }) => type).join(' OR '))
  return named === undefined || named === '' ? undefined : named
}
