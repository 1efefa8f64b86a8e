import { afterAll, test } from '@jest/globals'
import { createApi, type Api } from '../../demo/src/load/api.ts'
import { closeBrowser, openDesk, shot, type Desk, type DeskOptions } from './desk.ts'
import { credentials, env } from './env.ts'

export type Stage = {
  /** A browser with a fresh profile, signed in when it says as whom. Closed after the test. */
  open(options?: DeskOptions): Promise<Desk>
  /** The public API as the client for integrations: all rights. */
  api: Api
}

type Options = { needs?: 'control'; timeoutMs?: number }

const reason = (needs: Options['needs']): string | undefined =>
  env.skip ?? (needs === 'control' && env.control === undefined ? 'the product was not started by this run' : undefined)

/** A test with browsers. Without a browser on the machine it is shown as skipped, with the reason. */
export function scene(name: string, play: (stage: Stage) => Promise<void>, { needs, timeoutMs = 90_000 }: Options = {}): void {
  const why = reason(needs)
  if (why !== undefined) {
    test.skip(name, () => {})
    // Jest says nothing of files in which every test is skipped.
    process.stdout.write(`○ skipped, ${why}: ${name}\n`)
    return
  }
  test(
    name,
    async () => {
      const desks: Desk[] = []
      const open = async (options?: DeskOptions): Promise<Desk> => {
        const desk = await openDesk(options)
        desks.push(desk)
        return desk
      }
      try {
        await play({ open, api: integration() })
      } catch (error) {
        for (const [index, desk] of desks.entries()) await shot(desk, `failed ${name.replaceAll(/\W+/g, '-').slice(0, 60)} ${index}`)
        throw error
      } finally {
        await Promise.all(desks.map((desk) => desk.close()))
      }
    },
    timeoutMs,
  )
}

export const integration = (): Api =>
  createApi({ origin: env.url, clientId: 'vitrylo-integration', clientSecret: credentials().clients['vitrylo-integration']! })

afterAll(closeBrowser)
