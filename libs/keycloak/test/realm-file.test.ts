import { expect, test } from '@jest/globals'
import { difference } from '../src/difference.ts'
import { readRealmFile } from '../src/index.ts'

test('a setting stands in place of its name, and one that is missing is named with the object that needs it', () => {
  const file = readRealmFile((key) => `<${key}>`)
  expect(file.realm).toBe('<VITRYLO_REALM>')
  expect(JSON.stringify(file)).not.toContain('${')
  expect(() => readRealmFile((key) => (key === 'VITRYLO_API_CLIENT_SECRET' ? '' : 'x'))).toThrow(
    'setting VITRYLO_API_CLIENT_SECRET is missing: the realm file needs it for client vitrylo-api',
  )
})

test('the file holds no secret and no user but the service accounts', () => {
  const file = readRealmFile((key) => `<${key}>`)
  for (const { clientId, ['secret']: secret } of file.clients) expect([clientId, secret]).toEqual([clientId, expect.stringMatching(/^<VITRYLO_\w+_SECRET>$/)])
  for (const { username } of file.users) expect(username).toMatch(/^service-account-/)
})

test('only what the file names is compared, lists as sets', () => {
  const present = { a: 1, list: ['y', 'x'], attributes: { theirs: 'z', ours: '1' }, theirs: true }
  expect(difference({ a: 1, list: ['x', 'y'], attributes: { ours: '1' } }, present)).toEqual([])
  expect(difference({ a: 2, list: ['x'], attributes: { ours: '2', fresh: '' } }, present)).toEqual(['a', 'list', 'attributes.ours', 'attributes.fresh'])
  expect(difference({ deep: { er: 1 } }, { deep: null })).toEqual(['deep.er'])
})
