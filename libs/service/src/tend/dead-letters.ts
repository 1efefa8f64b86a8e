import { rightsHandlers } from '@vitrylo/auth'
import { deadLetter, deadLetters, discardDeadLetter, replayDeadLetters } from '@vitrylo/events'
import type { Deps, ServiceDefinition } from '../define.ts'
import { Refusal, type Env } from '../settings.ts'
import { withDeps } from './with-deps.ts'

const USAGE = 'dead-letters [list] | show <id> | replay <id>|all | discard <id> <reason>'

type Verb = (deps: Deps, definition: ServiceDefinition, args: readonly string[]) => Promise<unknown>

const verbs: Record<string, Verb> = {
  async list({ pool }) {
    const letters = await deadLetters(pool)
    for (const { id, failedAt, attempts, type, key, revision, error } of letters) {
      console.log(`${id}  ${failedAt.toISOString()}  ${attempts} tries  ${type}  ${key} r${revision}\n    ${error}`)
    }
    if (letters.length === 0) console.log('no dead letters')
  },
  async show({ pool }, _definition, [id]) {
    console.log(JSON.stringify((await deadLetter(pool, idOf(id))) ?? refuseLetter(id), null, 2))
  },
  async replay(deps, definition, [which]) {
    const handlers = [...rightsHandlers, ...(definition.handlers?.(deps) ?? [])]
    const { applied, failed } = await replayDeadLetters(deps.pool, handlers, which === 'all' ? {} : { id: idOf(which) })
    if (applied + failed === 0 && which !== 'all') refuseLetter(which)
    console.log(`applied ${applied}, failed again ${failed}`)
    if (failed > 0) throw new Refusal(`${failed} of the letters cannot be applied yet: see "dead-letters list"`)
  },
  async discard({ pool, log }, _definition, [which, ...words]) {
    const id = idOf(which)
    const reason = words.join(' ').trim()
    if (reason === '') throw new Refusal(`a reason is missing: ${USAGE}`)
    if (!(await discardDeadLetter(pool, id, reason))) refuseLetter(which)
    log.info({ deadLetter: id }, 'dead letter discarded')
  },
}

/** The command `dead-letters`: events that could not be applied. Replayed once the cause is removed, or given up with a reason. */
export async function tendDeadLetters(definition: ServiceDefinition, env: Env, [asked = 'list', ...args]: readonly string[]): Promise<void> {
  const verb = Object.hasOwn(verbs, asked) ? verbs[asked] : undefined
  if (verb === undefined) throw new Refusal(`there is no ${asked}: ${USAGE}`)
  await withDeps(definition, env, async (deps) => verb(deps, definition, args))
}

function idOf(text: string | undefined): number {
  const id = Number(text)
  return Number.isSafeInteger(id) && id > 0 ? id : refuseLetter(text)
}

function refuseLetter(id: string | undefined): never {
  throw new Refusal(`no dead letter ${id ?? ''} waits for a handler of this service: ${USAGE}`)
}
