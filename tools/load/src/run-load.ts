import { createApi, type Api } from '../../demo/src/load/api.ts'
import { allRight, tableOf, type Figure } from './figures.ts'
import { loadCrm } from './load-crm.ts'
import { loadCyrillicPersons, loadFebrlPersons } from './load-persons.ts'
import { readSettings, type Env } from './settings.ts'

type Load = (api: Api, folder: URL, log: (line: string) => void) => Promise<Figure[]>

const SETS: Record<string, Load> = {
  'crm-sales-opportunities': loadCrm,
  'febrl-persons': loadFebrlPersons,
  'cyrillic-persons': loadCyrillicPersons,
}

/** Loads a set through the public API, reads back what came in and compares. Gives the exit code. */
export async function runLoad(args: readonly string[], env: Env, log: (line: string) => void): Promise<number> {
  try {
    const { set, folder, access } = readSettings(args, env, Object.keys(SETS))
    const began = performance.now()
    const figures = await SETS[set]!(createApi(access), folder, log)
    log(tableOf(figures))
    log(`${set}: ${allRight(figures) ? 'every figure is as known' : 'FIGURES DIFFER'}, ${((performance.now() - began) / 1000).toFixed(1)} s`)
    return allRight(figures) ? 0 : 1
  } catch (error) {
    log(error instanceof Error ? error.message : String(error))
    return 1
  }
}
