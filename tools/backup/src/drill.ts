import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { createApi, eachAtOnce, type Access } from '../../demo/src/load/api.ts'
import { openProduct } from '../../bench/src/product.ts'
import { backUp } from './backup.ts'
import { databaseUrls, digestOf } from './digest.ts'
import { enterRegister, readRegister } from './register.ts'
import { restore } from './restore.ts'

export type Drill = {
  /** Tables that were compared, rows and content. */
  tables: number
  differences: string[]
  files: number
  backupSeconds: number
  /** Recovery time: from the first copied file to the first answered request. */
  recoverySeconds: number
  /** Recovery point: written after the backup, and rightly absent after the restore. */
  lostByDesign: number
  /** Files of records that are not as they were: must be none. */
  filesLost: string[]
  /** Written before it and absent after the restore: must be none. */
  lost: string[]
  /** Persons who were erased after the backup and whose name was found after the restore: must be none. */
  cameBack: string[]
}

/** A whole installation is filled, copied, written on, and made anew from the copy in another folder. */
export async function drill(dir: string, { records = 200, later = 20 } = {}): Promise<Drill> {
  const [first, copy, second] = ['first', 'copy', 'second'].map((name) => join(dir, name)) as [string, string, string]
  const { before, file } = await withProduct(first, async (access) => {
    const written = await write(access, records)
    return { before: written, file: await attach(access, written[1]!) }
  })
  const expected = await digestsIn(first)
  const begun = performance.now()
  const { files } = await backUp(first, copy)
  const backupSeconds = secondsSince(begun)
  const erased = before[0]!
  const after = await withProduct(first, async (access) => {
    const ids = await write(access, later)
    await erase(access, erased)
    return ids
  })
  const register = await onDatabases(first, readRegister)

  const lostAt = performance.now()
  await restore(copy, second)
  const restored = secondsSince(lostAt)
  const found = await digestsIn(second)
  const differences = [...new Set([...expected.keys(), ...found.keys()])].filter((table) => expected.get(table) !== found.get(table))
  await onDatabases(second, (urls) => enterRegister(urls, register))
  const started = performance.now()
  const { present, recoverySeconds, cameBack, filesLost } = await withProduct(second, async (access) => {
    const api = createApi(access)
    await api.get(`counterparties/${before[1]}:card`)
    const recoverySeconds = restored + secondsSince(started)
    const list = await api.all('counterparties')
    const { displayName } = await api.get(`counterparties/${erased}`)
    return { present: new Set(list.map(({ id }) => id as string)), recoverySeconds, cameBack: displayName === '' ? [] : [erased], filesLost: (await api.text(file).catch(String)) === CONTENT ? [] : [file] }
  })
  return {
    tables: expected.size,
    differences,
    files: files.length,
    backupSeconds,
    recoverySeconds,
    filesLost,
    lostByDesign: after.filter((id) => !present.has(id)).length,
    lost: before.filter((id) => !present.has(id) && id !== erased),
    cameBack,
  }
}

const CONTENT = 'Договір: зміст, який має пережити відновлення. '.repeat(2_000)

/** Gives the address of a file that a record holds. */
async function attach(access: Access, id: string): Promise<string> {
  const api = createApi(access)
  await api.post('custom-fields', { resource: 'counterparties', name: 'drill_file', kind: 'file', label: { uk: 'Файл', en: 'File' } })
  for (const deadline = Date.now() + 20_000; ; await delay(200)) {
    try {
      const file = await api.post('counterparties:uploadFile?field=drill_file&name=drill.txt', CONTENT)
      await api.patch(`counterparties/${id}`, { custom: { drill_file: { id: file['id'] } } })
      return `counterparties/${id}/files/${file['id']}`
    } catch (error) {
      // The field is known everywhere within seconds.
      if (Date.now() > deadline) throw error
    }
  }
}

/** As an administrator does it: looked at first, then decided. */
async function erase(access: Access, counterpartyId: string): Promise<void> {
  const api = createApi(access)
  const { id } = await api.post('subject-requests:previewErasure', { counterpartyId })
  const inState = async (state: string) => {
    const deadline = Date.now() + 60_000
    while ((await api.get(`subject-requests/${id}`))['state'] !== state) {
      if (Date.now() > deadline) throw new Error(`the erasure does not come to ${state}`)
      await delay(100)
    }
  }
  await inState('ready')
  await api.post(`subject-requests/${id}:erase`, {})
  await inState('done')
}

const secondsSince = (moment: number): number => (performance.now() - moment) / 1000

async function withProduct<T>(dataDir: string, work: (access: Access) => Promise<T>): Promise<T> {
  const product = await openProduct(dataDir, { web: false })
  try {
    return await work(await product.start())
  } finally {
    await product.stop()
  }
}

const digestsIn = (dataDir: string): Promise<Map<string, string>> => withDatabases(dataDir, digestOf)

/** The databases of a data folder that nothing runs on. */
export const onDatabases = <T>(dataDir: string, work: (urls: string[]) => Promise<T>): Promise<T> => withDatabases(dataDir, async (admin) => work(await databaseUrls(admin)))

async function withDatabases<T>(dataDir: string, work: (admin: string) => Promise<T>): Promise<T> {
  const product = await openProduct(dataDir, { web: false })
  try {
    return await work(product.admin)
  } finally {
    await product.stop()
  }
}

async function write(access: Access, count: number): Promise<string[]> {
  const api = createApi(access)
  const ids: string[] = []
  await eachAtOnce(8, Array.from({ length: count }, (_, n) => n), async (n) => {
    const { id } = await api.post('counterparties', { kind: 'organisation', displayName: `Відновлення ${n}`, roles: ['client'] })
    ids.push(id)
  })
  return ids
}
