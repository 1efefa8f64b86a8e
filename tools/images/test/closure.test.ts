import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { closureOf } from '../closure.ts'

let root: string

function manifest(folder: string, content: object): void {
  mkdirSync(join(root, folder), { recursive: true })
  writeFileSync(join(root, folder, 'package.json'), JSON.stringify({ name: folder.split('/').at(-1), version: '1.0.0', ...content }))
}

function link(name: string, folder: string): void {
  const at = join(root, 'node_modules/@vitrylo', name)
  mkdirSync(dirname(at), { recursive: true })
  symlinkSync(join(root, folder), at)
}

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'vitrylo-closure-'))
  manifest('services/shop', { dependencies: { '@vitrylo/lib': '*', plain: '1', '@types/plain': '1' }, devDependencies: { '@vitrylo/kit': '*' } })
  manifest('libs/lib', { dependencies: { nested: '1', '@vitrylo/lib': '*' } })
  manifest('libs/kit', { dependencies: { server: '1' } })
  for (const name of ['lib', 'kit']) link(name, `libs/${name}`)
  manifest('node_modules/plain', { dependencies: { nested: '2' }, optionalDependencies: { absent: '1' }, peerDependencies: { compiler: '1' }, peerDependenciesMeta: { compiler: { optional: true } } })
  manifest('node_modules/plain/node_modules/nested', {})
  for (const name of ['nested', 'server', 'compiler', '@types/plain']) manifest(`node_modules/${name}`, {})
})

afterAll(() => rmSync(root, { recursive: true }))

test('a service takes its libraries and their packages, the nearest of each name', () => {
  expect(closureOf(root, 'services/shop')).toEqual({
    workspaces: ['libs/lib', 'services/shop'],
    packages: ['node_modules/nested', 'node_modules/plain', 'node_modules/plain/node_modules/nested'],
  })
})

test('a package that is needed and absent stops the build with its name', () => {
  manifest('services/poor', { dependencies: { missing: '1' } })
  expect(() => closureOf(root, 'services/poor')).toThrow('services/poor needs missing, which is not installed')
})
