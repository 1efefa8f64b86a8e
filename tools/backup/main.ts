// make backup TO=folder, make restore FROM=folder ERASED=file, make erased TO=file, make erased-again FROM=file, make restore-drill
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { Refusal } from '../up/src/refusal.ts'
import { loadSettings } from '../up/src/settings.ts'
import { backUp } from './src/backup.ts'
import { writeWhole } from '../up/src/write-whole.ts'
import { drill, onDatabases } from './src/drill.ts'
import { enterRegister, readRegister, type ErasedPerson } from './src/register.ts'
import { restore } from './src/restore.ts'

const [command, folder = '', register = ''] = process.argv.slice(2)
const { dataDir } = loadSettings(process.env)

const commands: Record<string, () => Promise<void>> = {
  async backup() {
    const { files, time } = await backUp(dataDir, named('TO'))
    console.log(`${files.length} files of ${dataDir} as of ${time} are in ${resolve(folder)}.`)
  },
  async restore() {
    const persons = registerIn(register)
    const { time, version } = await restore(named('FROM'), dataDir)
    if (persons !== undefined) console.log(`${await onServices((urls) => enterRegister(urls, persons))} persons who were erased since are erased again at the next start.`)
    else console.log('No register of erased persons was named (ERASED=file): who was erased after this copy is known again.')
    console.log(`${dataDir} holds the data of ${time} (Vitrylo ${version}); make up starts it.`)
  },
  async erased() {
    const persons = await onServices(readRegister)
    writeWhole(named('TO'), `${JSON.stringify(persons, null, 1)}\n`, 0o600)
    console.log(`${persons.length} erased persons are in ${resolve(folder)}: ids alone.`)
  },
  async 'erased-again'() {
    const persons = registerIn(named('FROM'))!
    console.log(`${await onServices((urls) => enterRegister(urls, persons))} persons are erased again at the next start of the services.`)
  },
  async drill() {
    const dir = mkdtempSync(join(tmpdir(), 'vitrylo-drill-'))
    chmodSync(dir, 0o755)
    try {
      const { tables, differences, files, backupSeconds, recoverySeconds, lostByDesign, lost, cameBack, filesLost } = await drill(dir)
      console.log(`backup: ${files} files in ${backupSeconds.toFixed(1)} s`)
      console.log(`recovery time: ${recoverySeconds.toFixed(1)} s from the first copied file to the first card`)
      console.log(`recovery point: the backup; ${lostByDesign} records written after it are absent, ${lost.length} written before it`)
      console.log(`${tables} tables compared, ${differences.length} differ${differences.length > 0 ? `: ${differences.join(', ')}` : ''}`)
      console.log(`a file of a record: ${filesLost.length === 0 ? 'as it was' : 'LOST'}`)
      console.log(`a person who was erased after the backup: ${cameBack.length === 0 ? 'erased again by the register' : 'CAME BACK'}`)
      if (differences.length > 0 || lost.length > 0 || cameBack.length + filesLost.length > 0) process.exitCode = 1
    } finally {
      rmSync(dir, { recursive: true, force: true })
    }
  },
}

/** The databases of the services: those that VITRYLO_DATABASES names by commas, else all of the data folder, which nothing may run on. */
function onServices<T>(work: (urls: string[]) => Promise<T>): Promise<T> {
  const named = (process.env['VITRYLO_DATABASES'] ?? '').split(',').filter(Boolean)
  return named.length > 0 ? work(named) : onDatabases(dataDir, work)
}

function registerIn(file: string): ErasedPerson[] | undefined {
  if (file === '') return undefined
  if (!existsSync(file)) throw new Refusal(`There is no register of erased persons at ${resolve(file)}; nothing was changed.`)
  return JSON.parse(readFileSync(file, 'utf8')) as ErasedPerson[]
}

function named(key: string): string {
  if (folder === '') throw new Refusal(`Name the folder: make ${command} ${key}=/path/of/the/backup`)
  return resolve(folder)
}

try {
  await commands[command ?? '']!()
} catch (error) {
  console.error(error instanceof Refusal ? error.message : error)
  process.exitCode = 1
}
