// Every check that needs no running product. Runs all of them, so that one answer names everything that is wrong.
import { spawnSync } from 'node:child_process'

type Check = { name: string; command: string[]; wrong?: RegExp }

const CHECKS: Check[] = [
  { name: 'types', command: ['tsc', '-p', 'tsconfig.json'] },
  { name: 'types of the client', command: ['tsc', '-p', 'gateway/web/tsconfig.json', '--noEmit'] },
  { name: 'style', command: ['oxlint', '--type-aware', '--deny-warnings', 'libs', 'services', 'gateway', 'tools'] },
  // "0 modules" is what it says when it could read nothing.
  { name: 'arrows', command: ['depcruise', '--output-type', 'err', 'libs', 'services', 'gateway/src', 'tools'], wrong: /\(0 modules/ },
  { name: 'unused code', command: ['knip'] },
  { name: 'contract', command: ['buf', 'lint'] },
  { name: 'contract format', command: ['buf', 'format', '--diff', '--exit-code', 'proto'] },
  { name: 'words of the client', command: ['node', 'gateway/web/scripts/check-i18n.ts'] },
  { name: 'styles of the client', command: ['node', 'gateway/web/scripts/check-css.ts'] },
]

let failed = 0
for (const { name, command, wrong } of CHECKS) {
  const [program, ...args] = command
  const { status, stdout, stderr } = spawnSync(program!, args, { encoding: 'utf8' })
  const output = `${stdout}${stderr}`
  const fine = status === 0 && wrong?.test(output) !== true
  if (!fine) failed++
  process.stdout.write(`${fine ? 'ok    ' : 'FAILED'} ${name}\n${fine ? '' : output}`)
}
process.exitCode = failed === 0 ? 0 : 1
