import { createHash } from 'node:crypto'
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { AppError } from '@vitrylo/errors'
import { exec, one, sql, type Db } from '@vitrylo/pg'

/** A book as a program knows it: name of a card -> its etag. */
export type State = ReadonlyMap<string, string>

const DAY_MS = 86_400_000
/** A program that was silent for longer reads its books anew. */
const KEPT_MS = 60 * DAY_MS
/** Of each book: the devices of one person, each some steps behind. */
const KEPT = 12

/** The token of a state is made of it: the same cards have the same token, however often they are asked for. */
const tokenOf = (sorted: readonly (readonly [string, string])[]): string => createHash('sha256').update(JSON.stringify(sorted)).digest('base64url').slice(0, 32)

const sortedOf = (state: State) => [...state].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))

type Whose = { employeeId: string; book: string }

/** What a program was told with a token; one that nobody knows any more is refused, and the program begins anew. */
export async function toldWith(db: Db, { employeeId, book }: Whose, token: string): Promise<State> {
  if (token === '') return new Map()
  const row = await one<{ told: Buffer }>(db, sql`select told from card_state where employee_id = ${employeeId} and book = ${book} and token = ${token}`)
  if (row === undefined) throw new AppError('FAILED_PRECONDITION', 'SYNC_TOKEN_UNKNOWN', 'this token is not known any more; read the whole book')
  return new Map(JSON.parse(inflateRawSync(row.told).toString()) as [string, string][])
}

/** Keeps a state and gives its token. A state that was kept already costs no write, or one a day. */
export async function keepState(db: Db, { employeeId, book }: Whose, state: State, now: Date): Promise<string> {
  const sorted = sortedOf(state)
  const token = tokenOf(sorted)
  const known = await one<{ at: Date }>(db, sql`select at from card_state where employee_id = ${employeeId} and book = ${book} and token = ${token}`)
  if (known !== undefined && known.at.getTime() > now.getTime() - DAY_MS) return token
  await exec(
    db,
    sql`insert into card_state (employee_id, book, token, told, at) values (${employeeId}, ${book}, ${token}, ${deflateRawSync(JSON.stringify(sorted))}, ${now})
        on conflict (employee_id, book, token) do update set at = excluded.at`,
  )
  await exec(
    db,
    sql`delete from card_state where at < ${new Date(now.getTime() - KEPT_MS)} or (employee_id = ${employeeId} and book = ${book} and token in (
          select token from card_state where employee_id = ${employeeId} and book = ${book} order by at desc, token offset ${KEPT}))`,
  )
  return token
}

/** From one state to the next, at most so many steps: what left comes first. */
export function stepsBetween(before: State, after: State, limit: number): { cards: [string, string][]; removed: string[]; reached: State; truncated: boolean } {
  const gone = [...before.keys()].filter((name) => !after.has(name))
  const fresh = sortedOf(after).filter(([name, etag]) => before.get(name) !== etag)
  const most = limit === 0 ? Infinity : limit
  const removed = gone.slice(0, most)
  const cards = fresh.slice(0, most - removed.length)
  const truncated = removed.length + cards.length < gone.length + fresh.length
  if (!truncated) return { cards, removed, reached: after, truncated }
  const reached = new Map(before)
  for (const name of removed) reached.delete(name)
  for (const [name, etag] of cards) reached.set(name, etag)
  return { cards, removed, reached, truncated }
}
