import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { must } from './process.ts'
import { KUBERNETES, SCHEMA_PACKAGE } from './pinned.ts'

/** Puts the schemas of the oldest and the newest Kubernetes into `folder`/vX.Y.Z. */
export function installSchemas(folder: string): void {
  const dir = mkdtempSync(join(tmpdir(), 'vitrylo-schemas-'))
  try {
    const { name, version } = SCHEMA_PACKAGE
    const quiet = ['--quiet', '--no-deps', '--disable-pip-version-check']
    must('python3', ['-m', 'pip', 'download', ...quiet, '--dest', dir, `${name}==${version}`])
    const wheel = readdirSync(dir).find((file) => file.endsWith('.whl'))!
    must('python3', ['-m', 'zipfile', '-e', join(dir, wheel), dir])
    for (const version of Object.values(KUBERNETES)) copySchemas(dir, folder, version)
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

function copySchemas(wheel: string, folder: string, version: string): void {
  // "local-strict": the plain folder lets unknown fields pass.
  const from = join(wheel, 'kubernetes_validate', 'kubernetes-json-schema', `v${version}-local-strict`)
  const to = join(folder, `v${version}`)
  mkdirSync(to, { recursive: true })
  for (const file of readdirSync(from)) writeFileSync(join(to, file), standAlone(readFileSync(join(from, file), 'utf8')))
}

/** An absolute `$id` and `/api/…` would send the validator to the network. */
function standAlone(text: string): string {
  const schema = JSON.parse(text.replaceAll('"/api/_definitions.json#', '"_definitions.json#')) as { $id?: string }
  delete schema.$id
  return JSON.stringify(schema)
}
