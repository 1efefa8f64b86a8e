import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { render } from '../src/render.ts'
import { wordsOf } from '../src/words.ts'

const ROOT = join(import.meta.dirname, '../../..')
const SKIP = /(^|\/)(node_modules|\.git|\.vitrylo|dist|captures|coverage)(\/|$)/
let copy: string

/** The repository without its history, on the packages that are installed here. */
beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'vitrylo-new-service-'))
  cpSync(ROOT, copy, { recursive: true, filter: (path) => !SKIP.test(relative(ROOT, path)) })
  const modules = join(copy, 'node_modules')
  mkdirSync(join(modules, '@vitrylo'), { recursive: true })
  cpSync(join(ROOT, 'node_modules/.package-lock.json'), join(modules, '.package-lock.json'))
  for (const name of readdirSync(join(ROOT, 'node_modules'))) {
    if (name !== '@vitrylo' && name !== '.package-lock.json') symlinkSync(join(ROOT, 'node_modules', name), join(modules, name))
  }
  const places = { ...areas('libs'), ...areas('services'), gateway: 'gateway', web: 'gateway/web', tools: 'tools' }
  for (const [name, path] of Object.entries(places)) symlinkSync(join(copy, path), join(modules, '@vitrylo', name))
})
afterAll(() => rmSync(copy, { recursive: true, force: true }))

const areas = (dir: string): Record<string, string> => Object.fromEntries(readdirSync(join(ROOT, dir)).map((name) => [name, `${dir}/${name}`]))

function run(program: string, ...args: string[]): string {
  const path = `${join(copy, 'node_modules/.bin')}:${process.env.PATH}`
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: copy, encoding: 'utf8', env: { ...process.env, PATH: path, NODE_OPTIONS: '' } })
  return status === 0 ? 'fine' : `${program} ${args.join(' ')}\n${stdout}${stderr}`
}

test('a new service passes types, style, contract and its own test at once', () => {
  expect(run('make', 'new-service', 'NAME=billing', 'NOUN=repair-query')).toBe('fine')
  expect(existsSync(join(copy, 'proto/vitrylo/billing/v1/repair_query.proto'))).toBe(true)
  expect(readFileSync(join(copy, 'gateway/openapi.json'), 'utf8')).toContain('/api/v1/repair-queries/{id}')
  expect(run('buf', 'lint')).toBe('fine')
  expect(run('buf', 'format', '--diff', '--exit-code', 'proto')).toBe('fine')
  expect(run('tsc', '-p', 'tsconfig.json')).toBe('fine')
  expect(run('oxlint', '--type-aware', '--deny-warnings', 'services/billing', 'tools/up', 'libs/proto')).toBe('fine')
  expect(run('depcruise', '--output-type', 'err', 'services/billing')).toBe('fine')
  const jest = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', 'node_modules/jest/bin/jest.js', 'services/billing']
  expect(run('node', ...jest)).toBe('fine')
})

test('a name that is taken or cannot be one is refused and nothing is written', () => {
  expect(run('make', 'new-service', 'NAME=sales')).toContain('services/sales is there already')
  expect(run('make', 'new-service', 'NAME=Білінг')).toContain('must be small Latin letters')
  expect(run('make', 'new-service')).toContain('make new-service NAME=billing')
})

test('it takes fewer than fifteen files, and no placeholder is left in them', () => {
  const files = render(wordsOf('time-tracking'))
  expect(files.size).toBeLessThan(15)
  for (const [path, text] of files) expect(`${path}\n${text}`).not.toMatch(/\{\{\w*\}\}/)
  expect([...files.keys()]).toContain('proto/vitrylo/timetracking/v1/time_tracking_item.proto')
})
