import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { loadContract, type Contract } from '@vitrylo/proto/contract.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const modules = ['gateway/test/sample', 'proto', 'third_party'].map((path) => ({ path }))

/** The sample area, compiled as the real contract is. */
export function sampleContract(): Contract {
  const dir = mkdtempSync(join(tmpdir(), 'sample-contract-'))
  try {
    const file = join(dir, 'sample.binpb')
    const config = JSON.stringify({ version: 'v2', modules })
    execFileSync(join(root, 'node_modules/.bin/buf'), ['build', '.', '--config', config, '--path', 'gateway/test/sample/vitrylo', '-o', file], { cwd: root })
    return loadContract(file)
  } finally {
    rmSync(dir, { recursive: true })
  }
}
