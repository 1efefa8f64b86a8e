// make backup TO=folder, make restore FROM=folder, make restore-drill
import { mkdtempSync, rmSync, chmodSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { Refusal } from '../up/src/refusal.ts'
import { loadSettings } from '../up/src/settings.ts'
import { backUp } from './src/backup.ts'
import { drill } from './src/drill.ts'
import { restore } from './src/restore.ts'

const [command, folder = ''] = process.argv.slice(2)
const { dataDir } = loadSettings(process.env)

const commands: Record<string, () => Promise<void>> = {
  async backup() {
    const { files, time } = await backUp(dataDir, named('TO'))
    console.log(`${files.length} files of ${dataDir} as of ${time} are in ${resolve(folder)}.`)
  },
  async restore() {
    const { time, version } = await restore(named('FROM'), dataDir)
    console.log(`${dataDir} holds the data of ${time} (Vitrylo ${version}); make up starts it.`)
  },
  async drill() {
    const dir = mkdtempSync(join(tmpdir(), 'vitrylo-drill-'))
    chmodSync(dir, 0o755)
    try {
      const { tables, differences, files, backupSeconds, recoverySeconds, lostByDesign, lost } = await drill(dir)
      console.log(`backup: ${files} files in ${backupSeconds.toFixed(1)} s`)
      console.log(`recovery time: ${recoverySeconds.toFixed(1)} s from the first copied file to the first card`)
      console.log(`recovery point: the backup; ${lostByDesign} records written after it are absent, ${lost.length} written before it`)
      console.log(`${tables} tables compared, ${differences.length} differ${differences.length > 0 ? `: ${differences.join(', ')}` : ''}`)
      if (differences.length > 0 || lost.length > 0) process.exitCode = 1
    } finally {
      rmSync(dir, { recursive: true, force: true })
    }
  },
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
