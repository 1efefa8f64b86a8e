import { readFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'

/** The passwords that a new connection may try: lines of a file, and the one that worked last. */
type Passwords = {
  /** So many may be tried one after the other. */
  most: number
  pick(): Promise<string>
  learn(password: string, refused: boolean): void
}

const WRONG_PASSWORD = '28P01'
const PATIENCE_MS = 4_500
const PAUSE_MS = 150
const MOST = 3

export const isWrongPassword = (error: unknown): boolean => (error as { code?: unknown } | null)?.code === WRONG_PASSWORD

/**
 * `postgres://user@host/database?passwordfile=/run/secrets/password`: the file is read at every new connection, so that
 * a password changes without a restart. It may hold several, one per line, the newest first.
 */
export function passwordsOf(url: string): Passwords | undefined {
  const path = URL.canParse(url) ? new URL(url).searchParams.get('passwordfile') : null
  if (path === null) return undefined
  let text = ''
  let good: string | undefined
  const refused = new Set<string>()
  return {
    most: MOST,
    async pick() {
      const fresh = await readFile(path, 'utf8')
      if (fresh !== text) refused.clear()
      text = fresh
      const known = [...text.split('\n').map((line) => line.trim()).filter((line) => line !== ''), ...(good === undefined ? [] : [good])]
      const untried = known.find((password) => !refused.has(password))
      if (untried === undefined) refused.clear()
      return untried ?? known[0] ?? ''
    },
    learn(password, wasRefused) {
      if (wasRefused) refused.add(password)
      else good = password
    },
  }
}

type Connected = ((error: Error) => void) | ((error: null, client: pg.Client) => void)

/** pg's client, with a password that is picked anew. */
export function clientClass(passwords: Passwords): typeof pg.Client {
  class PickingClient extends pg.Client {
    #tried = ''

    constructor(config?: string | pg.ClientConfig) {
      super(config)
      // Set here: what the url says, even nothing, would win over an option.
      const asked = this as unknown as { password: () => Promise<string> }
      asked.password = async () => (this.#tried = await passwords.pick())
    }

    override connect(connected?: Connected): any {
      const connecting = super.connect().then(
        () => passwords.learn(this.#tried, false),
        (error: Error) => {
          if (isWrongPassword(error)) passwords.learn(this.#tried, true)
          throw error
        },
      )
      if (connected === undefined) return connecting.then(() => this)
      connecting.then(
        () => process.nextTick(connected as () => void, null, this),
        (error: Error) => process.nextTick(connected as () => void, error),
      )
    }
  }
  return PickingClient
}

/** While a password is being changed, server and file may differ for a moment: a new connection waits for the other. */
export async function withPatience<T>(connect: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + PATIENCE_MS
  for (;;) {
    try {
      return await connect()
    } catch (error) {
      if (!isWrongPassword(error) || Date.now() > deadline) throw error
      await delay(PAUSE_MS)
    }
  }
}
