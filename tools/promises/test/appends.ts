// D5. Many append to the same records by If-Match, while connections to the database are killed: nothing that was acknowledged is lost.
import { expect, test } from '@jest/globals'
import { cutConnections, sized } from './firm.ts'
import type { Stage } from './stage.ts'

const CLIENTS = 50
const RECORDS = 20
const OPS = CLIENTS * sized(10)
const KILL_EVERY = 120

export function appends(on: () => Stage): void {
  // Seen failing with the etag not compared in lockCounterparty.
  test(`${CLIENTS} people who append to ${RECORDS} records lose nothing, and every list that was read is a beginning of the last one`, async () => {
    const { firm } = on()
    const make = (displayName: string) => firm.ask('POST', '/api/v1/counterparties', { kind: 'organisation', displayName })
    const ids: string[] = await Promise.all(Array.from({ length: RECORDS }, async (_none, n) => (await make(`Список ${n}`)).id))
    const acknowledged = new Map<string, string[]>(ids.map((id) => [id, []]))
    const unsure = new Set<string>()
    const seen: { id: string; note: string }[] = []
    let [done, stale, failed, sinceKill] = [0, 0, 0, 0]

    const append = async (client: number, n: number): Promise<void> => {
      const id = ids[(client * 7 + n) % RECORDS]!
      const path = `/api/v1/counterparties/${id}`
      const word = (client * 1_000 + n).toString(36)
      for (;;) {
        const read = await firm.call('GET', path)
        if (read.status !== 200) {
          failed++
          continue
        }
        seen.push({ id, note: read.json.note })
        const { status } = await firm.call('PATCH', path, { note: `${read.json.note} ${word}` }, { etag: read.json.etag })
        if (status === 412) {
          stale++
          continue
        }
        if (status === 200) acknowledged.get(id)!.push(word)
        else {
          unsure.add(word)
          failed++
        }
        break
      }
      done++
      if (++sinceKill >= KILL_EVERY) {
        sinceKill = 0
        await cutConnections(firm, 'contacts')
      }
    }
    await Promise.all(Array.from({ length: CLIENTS }, async (_none, client) => {
      for (let n = 0; n < OPS / CLIENTS; n++) await append(client, n)
    }))

    const wrong: string[] = []
    const last = new Map<string, string>()
    for (const id of ids) last.set(id, (await firm.ask('GET', `/api/v1/counterparties/${id}`)).note)
    for (const [id, words] of acknowledged) {
      const found = last.get(id)!.split(' ').filter((word) => word !== '')
      for (const word of words) if (found.filter((each) => each === word).length !== 1) wrong.push(`${word} is there ${found.filter((each) => each === word).length} times`)
      for (const word of found) if (!words.includes(word) && !unsure.has(word)) wrong.push(`${word} was refused and is there`)
    }
    for (const { id, note } of seen) if (!last.get(id)!.startsWith(note)) wrong.push(`was read and is no beginning: ${note.slice(-40)}`)
    expect(wrong.slice(0, 10)).toEqual([])
    expect(done).toBe(OPS)
    // Without a race and without a kill it would show nothing.
    expect(stale).toBeGreaterThan(OPS / 20)
    expect(failed).toBeGreaterThan(0)
    expect(unsure.size).toBeLessThan(OPS / 10)
  })
}
