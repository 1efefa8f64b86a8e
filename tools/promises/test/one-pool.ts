// R8. Two hundred people over five connections, with requests that are left, that run out of time and connections that are killed: nobody gets a row of another.
import { expect, test } from '@jest/globals'
import { until } from '@vitrylo/testkit'
import { randomOf } from '../../../libs/lists/test/random.ts'
import { cutConnections, sized } from './firm.ts'
import type { Stage } from './stage.ts'

const SEED = Number(process.env.VITRYLO_SEED ?? 1991)
const QUERIES = sized(1_200)
const PEOPLE = 200
const AT_ONCE = 40
const KILL_EVERY = 300

export function onePool(on: () => Stage): void {
  test(`${PEOPLE} people ask ${QUERIES} times over a pool of five and see only what is theirs (VITRYLO_SEED=${SEED})`, async () => {
    const { firm, branches } = on()
    const names = Array.from({ length: PEOPLE }, (_none, n) => `pool-${n}`)
    const hired = await Promise.all(names.map(async (username): Promise<string> =>
      (await firm.ask('POST', '/api/v1/employees', { displayName: username, branchId: branches.kyiv, username, groups: ['own-only'] })).id))
    const canAsk = async (as: string) => (await firm.call('GET', '/api/v1/counterparties', undefined, { as })).status === 200
    await until(() => canAsk(names.at(-1)!))
    const owned = new Map<string, string>()
    await Promise.all(hired.map(async (responsibleId, n) => {
      const make = () => firm.call('POST', '/api/v1/counterparties', { kind: 'person', displayName: `Лише ${names[n]}`, branchId: branches.lviv, responsibleId })
      owned.set(names[n]!, (await until(async () => (await make()).json)).id)
    }))
    const r = randomOf(SEED)
    const wrong: string[] = []
    const met = { answered: 0, left: 0, failed: 0 }
    let asked = 0
    const ask = async (): Promise<void> => {
      const as = names[r.below(PEOPLE)]!
      const whose = names[r.below(PEOPLE)]!
      const path = r.pick([
        '/api/v1/counterparties?pageSize=250', `/api/v1/counterparties?filter=${encodeURIComponent(`displayName:"Лише"`)}`, `/api/v1/counterparties/${owned.get(whose)}`,
        `/api/v1/counterparties:search?q=${encodeURIComponent(`Лише ${whose}`)}`, `/api/v1/counterparties/${owned.get(as)}/card`,
      ])
      const leaves = r.below(12) === 0
      const signal = leaves ? AbortSignal.timeout(r.below(6)) : AbortSignal.timeout(20_000)
      const outcome = await fetch(firm.origin + path, { headers: { authorization: `Bearer ${await firm.token(as)}` }, signal }).then(async (answer) => ({ status: answer.status, text: await answer.text() }), () => undefined)
      if (outcome === undefined) return void met.left++
      if (outcome.status >= 500) return void met.failed++
      met.answered++
      for (const [, name] of outcome.text.matchAll(/Лише (pool-\d+)/g)) if (name !== as && !outcome.text.includes('"reason"')) wrong.push(`${as} got ${name} by ${path}`)
      if (outcome.status === 200 && path.includes('pageSize=250') && !outcome.text.includes(`Лише ${as}"`)) wrong.push(`${as} did not get their own`)
    }
    await Promise.all(Array.from({ length: AT_ONCE }, async () => {
      while (asked++ < QUERIES) {
        if (asked % KILL_EVERY === 0) await cutConnections(firm, 'contacts')
        await ask()
      }
    }))
    expect(wrong.slice(0, 10)).toEqual([])
    // Without faults, or with nothing but faults, it would show nothing.
    expect(met.answered).toBeGreaterThan(QUERIES * 0.7)
    expect(met.left).toBeGreaterThan(QUERIES / 100)
    expect(met.failed).toBeLessThan(QUERIES / 10)
  })
}
