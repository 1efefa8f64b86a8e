import { rightsHandlers } from '@vitrylo/auth'
import { deadLetter, deadLetters, discardDeadLetter, replayDeadLetters, type Handler } from '@vitrylo/events'
import type { Pool } from '@vitrylo/pg'
import type { Logger } from 'pino'
import type { ServiceDefinition } from '../define.ts'
import { Refusal, type Env } from '../settings.ts'
import { withDeps } from './with-deps.ts'

const USAGE = 'dead-letters [list] | show <id> | replay <id>|all | discard <id> <reason>'

/** `groups`: the consumers of the process, each with what it does; a letter goes to the one that buried it. */
type Tended = { pool: Pool; log: Pick<Logger, 'info'>; groups: Readonly<Record<string, readonly Handler[]>> }

type Verb = (tended: Tended, args: readonly string[]) => Promise<unknown>

const verbs: Record<string, Verb> = {
  async list({ pool }) {
    const letters = await deadLetters(pool)
    for (const { id, failedAt, attempts, consumer, type, key, revision, error } of letters) {
      console.log(`${id}  ${failedAt.toISOString()}  ${consumer}  ${attempts} tries  ${type}  ${key} r${revision}\n    ${error}`)
    }
    if (letters.length === 0) console.log('no dead letters')
  },
  async show({ pool }, [id]) {
    console.log(JSON.stringify((await deadLetter(pool, idOf(id))) ?? refuseLetter(id), null, 2))
  },
  async replay({ pool, groups }, [which]) {
    const id = which === 'all' ? undefined : idOf(which)
    let [applied, failed] = [0, 0]
    for (const [group, handlers] of Object.entries(groups)) {
      const replayed = await replayDeadLetters(pool, handlers, { group, id })
      applied += replayed.applied
      failed += replayed.failed
    }
    if (applied + failed === 0 && which !== 'all') refuseLetter(which)
    console.log(`applied ${applied}, failed again ${failed}`)
    if (failed > 0) throw new Refusal(`${failed} of the letters cannot be applied yet: see "dead-letters list"`)
  },
  async discard({ pool, log }, [which, ...words]) {
    const id = idOf(which)
    const reason = words.join(' ').trim()
    if (reason === '') throw new Refusal(`a reason is missing: ${USAGE}`)
    if (!(await discardDeadLetter(pool, id, reason))) refuseLetter(which)
    log.info({ deadLetter: id }, 'dead letter discarded')
  },
}

/** The command `dead-letters`: events that could not be applied. Replayed once the cause is removed, or given up with a reason. */
export async function tendDeadLetters(tended: Tended, [asked = 'list', ...args]: readonly string[]): Promise<void> {
  const verb = Object.hasOwn(verbs, asked) ? verbs[asked] : undefined
  if (verb === undefined) throw new Refusal(`there is no ${asked}: ${USAGE}`)
  await verb(tended, args)
}

/** The same, of a service. */
export const tendLettersOf = (definition: ServiceDefinition, env: Env, args: readonly string[]): Promise<void> =>
  withDeps(definition.name, env, (deps) =>
    tendDeadLetters({ ...deps, groups: { [definition.name]: [...rightsHandlers, ...(definition.handlers?.(deps) ?? [])] } }, args),
  )

function idOf(text: string | undefined): number {
  const id = Number(text)
  return Number.isSafeInteger(id) && id > 0 ? id : refuseLetter(text)
}

function refuseLetter(id: string | undefined): never {
  throw new Refusal(`no dead letter ${id ?? ''} waits for a handler of this service: ${USAGE}`)
}
