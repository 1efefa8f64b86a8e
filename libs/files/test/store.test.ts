import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { folderStore } from '../src/folder-store.ts'
import { s3Store } from '../src/s3-store.ts'
import { storeOf } from '../src/settings.ts'
import { startS3 } from './s3-server.ts'

const MIB = 1024 * 1024
setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void
const OURS = { folder: 'contacts', region: 'test', keyId: () => 'key', secret: () => 'secret' }
let s3: Awaited<ReturnType<typeof startS3>>
let dir: string
beforeAll(async () => {
  s3 = await startS3()
  dir = await mkdtemp(join(tmpdir(), 'files-'))
})
afterAll(async () => {
  await s3.stop()
  await rm(dir, { recursive: true })
})

async function* inParts(bytes: Buffer, size = 64 * 1024): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}
const all = async (parts: AsyncIterable<Uint8Array>): Promise<Buffer> => {
  const found: Uint8Array[] = []
  for await (const part of parts) found.push(part)
  return Buffer.concat(found)
}
const inFolder = async (): Promise<string[]> => (await readdir(dir, { recursive: true, withFileTypes: true })).filter((one) => one.isFile()).map(({ name }) => name)

const stores = [
  { name: 'a folder', make: () => folderStore(dir), left: inFolder },
  {
    name: 'S3', make: () => s3Store({ ...OURS, bucket: s3.url }),
    left: async () => [...[...s3.objects.keys()].map((key) => key.replace('contacts/', '')), ...s3.uploads.keys()],
  },
]

describe.each(stores)('$name', ({ make, left }) => {
  test('gives back what it took, of any size, and nothing after it was removed', async () => {
    const store = make()
    for (const size of [1, 65_537, 5 * MIB - 1, 5 * MIB, 5 * MIB + 1, 12 * MIB]) {
      const [key, bytes] = [randomUUID(), randomBytes(size)]
      await store.put(key, inParts(bytes, 70_001))
      expect((await all(await store.get(key))).equals(bytes)).toBe(true)
      expect(await left()).toEqual([key])
      await store.remove(key)
      await expect(store.get(key)).rejects.toMatchObject({ code: 'DATA_LOSS', reason: 'FILE_LOST' })
      await store.remove(key)
      expect(await left()).toEqual([])
    }
  })

  // Seen failing without the clearing of the half file in the one, of the parts in the other.
  test('what breaks off in the middle leaves nothing and is told', async () => {
    async function* broken(): AsyncGenerator<Buffer> {
      yield randomBytes(6 * MIB)
      throw new Error('the client went away')
    }
    await expect(make().put(randomUUID(), broken())).rejects.toThrow('the client went away')
    expect(await left()).toEqual([])
  })

  test('eight at once stay apart', async () => {
    const store = make()
    const files = Array.from({ length: 8 }, (_, n) => ({ key: randomUUID(), bytes: Buffer.alloc(6 * MIB, n) }))
    await Promise.all(files.map(({ key, bytes }) => store.put(key, inParts(bytes))))
    for (const { key, bytes } of files) expect((await all(await store.get(key))).equals(bytes)).toBe(true)
    await Promise.all(files.map(({ key }) => store.remove(key)))
    expect(await left()).toEqual([])
  })
})

test('a folder: what a killed process was writing goes with its key', async () => {
  const store = folderStore(dir)
  const key = randomUUID()
  let go = (): void => {}
  async function* slow(): AsyncGenerator<Buffer> {
    yield randomBytes(10)
    await new Promise<void>((resolve) => (go = resolve))
  }
  const writing = store.put(key, slow())
  while (!(await inFolder()).includes(`${key}.part`)) await new Promise((resolve) => setTimeout(resolve, 5))
  await store.remove(key)
  expect(await inFolder()).toEqual([])
  go()
  await expect(writing).rejects.toThrow()
})

test('S3: an upload that a killed process began goes with its key; what fails once is tried again, what goes on failing is told', async () => {
  const store = stores[1]!.make()
  const key = randomUUID()
  s3.uploads.set('left', { key: `contacts/${key}`, parts: new Map([[1, randomBytes(10)]]) })
  s3.uploads.set('of another', { key: `contacts/${randomUUID()}`, parts: new Map() })
  await store.remove(key)
  expect([...s3.uploads.keys()]).toEqual(['of another'])
  s3.uploads.clear()
  s3.state.failing = 1
  await store.put(key, inParts(Buffer.from('one')))
  expect(s3.objects.get(`contacts/${key}`)!.toString()).toBe('one')
  s3.state.failing = 100
  await expect(store.put(key, inParts(Buffer.from('two')))).rejects.toMatchObject({ code: 'UNAVAILABLE', reason: 'FILE_STORE_AWAY' })
  Object.assign(s3.state, { failing: 100, status: 507 })
  await expect(store.put(key, inParts(Buffer.from('two')))).rejects.toMatchObject({ code: 'UNAVAILABLE', reason: 'FILE_STORE_FULL' })
  Object.assign(s3.state, { failing: 0, status: 503 })
  await expect(s3Store({ ...OURS, bucket: s3.url, keyId: () => 'other' }).get(key)).rejects.toMatchObject({ code: 'UNAVAILABLE' })
  await expect(s3Store({ ...OURS, bucket: `${s3.host}/other` }).get(key)).rejects.toMatchObject({ reason: 'FILE_STORE_AWAY' })
})

// Seen failing with a broken line told at once, and with a POST that was repeated.
test('S3: a line that breaks is tried again twice at most, but never for what cannot be repeated', async () => {
  const store = stores[1]!.make()
  const key = randomUUID()
  const asked = async (work: () => Promise<unknown>, failing: number): Promise<string> => {
    Object.assign(s3.state, { failing, status: 0, asked: [] })
    const outcome = await work().then(() => 'done', ({ reason }) => reason)
    Object.assign(s3.state, { failing: 0, status: 503 })
    return [outcome, ...s3.state.asked].join(' ')
  }
  expect(await asked(() => store.put(key, inParts(Buffer.from('one'))), 2)).toBe('done PUT PUT PUT')
  expect(await asked(() => store.get(key).then(all), 2)).toBe('done GET GET GET')
  expect(await asked(() => store.get(key), 9)).toBe('FILE_STORE_AWAY GET GET GET')
  expect(await asked(() => store.remove(key), 1)).toBe('done DELETE DELETE GET')
  expect(await asked(() => store.put(key, inParts(randomBytes(6 * MIB))), 1)).toBe('FILE_STORE_AWAY POST')
})

// Seen failing with the first folder taken for the bucket: a removal got 404 for ever.
test('S3: a bucket may be named in the host', async () => {
  s3.state.inHost = true
  s3.objects.clear()
  try {
    const env = { VITRYLO_FILES_S3_URL: s3.host, VITRYLO_FILES_S3_REGION: 'test', VITRYLO_FILES_S3_KEY_ID: 'key', VITRYLO_FILES_S3_SECRET: 'secret' }
    const store = storeOf(env, 'contacts')
    const key = randomUUID()
    await store.put(key, inParts(Buffer.from('one')))
    expect([...s3.objects.keys()]).toEqual([`contacts/${key}`])
    s3.uploads.set('left', { key: `contacts/${key}`, parts: new Map() })
    await store.remove(key)
    expect([s3.objects.size, s3.uploads.size]).toEqual([0, 0])
    const refused = { ...env, VITRYLO_FILES_S3_URL: 'https://vitrylo.s3.eu-central-1.amazonaws.com/files' }
    expect(() => storeOf(refused, 'contacts')).toThrow('give https://vitrylo.s3.eu-central-1.amazonaws.com alone')
    for (const url of ['https://s3.eu-central-1.amazonaws.com/vitrylo/files', 'https://vitrylo.s3.eu-central-1.amazonaws.com/', `${s3.url}/`]) storeOf({ ...env, VITRYLO_FILES_S3_URL: url }, 'contacts')
  } finally {
    s3.state.inHost = false
  }
})

// Seen failing with the parts of a file gathered before they were written, and with one part of 500 MiB.
test.each(stores)('$name: memory stays flat while 75 MB pass through, both ways', async ({ make }) => {
  const store = make()
  s3.state.forgetful = true
  let most = 0
  // What is only garbage is no matter of the store's.
  let looks = 0
  const look = () => {
    if (looks++ % 50 > 0) return
    collect()
    most = Math.max(most, process.memoryUsage().arrayBuffers)
  }
  collect()
  const before = process.memoryUsage().arrayBuffers
  async function* large(): AsyncGenerator<Buffer> {
    for (let n = 0; n < 1_200; n++) {
      yield Buffer.alloc(64 * 1024, n)
      look()
    }
  }
  const key = randomUUID()
  await store.put(key, large())
  expect(most - before).toBeLessThan(64 * MIB)
  let bytes = 0
  for await (const part of await store.get(key)) {
    bytes += part.length
    look()
  }
  // With what tells it where the parts belong, of which the server forgets nothing.
  expect(bytes).toBeGreaterThanOrEqual(1_200 * 64 * 1024)
  expect(most - before).toBeLessThan(64 * MIB)
})
