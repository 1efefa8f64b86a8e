import { readFileSync } from 'node:fs'

export type Env = Readonly<Record<string, string | undefined>>

/** The start is refused: one sentence that names the setting or the object, and what to do. No fault of the code. */
export class Refusal extends Error {
  constructor(sentence: string, options?: ErrorOptions) {
    super(sentence, options)
    this.name = 'Refusal'
  }
}

export function refuse(key: string, what: string): never {
  throw new Refusal(`setting ${key} ${what}`)
}

/** A setting: the variable `KEY`, or the content of the file that `KEY_FILE` names. '' counts as absent. */
export function optional(env: Env, key: string): string | undefined {
  const value = env[key] || undefined
  const path = env[`${key}_FILE`] || undefined
  if (path === undefined) return value
  if (value !== undefined) refuse(key, `is given twice, also as ${key}_FILE`)
  return readText(key, path) || undefined
}

export function required(env: Env, key: string): string {
  const absent = env[`${key}_FILE`] ? `is missing: the file ${env[`${key}_FILE`]} of ${key}_FILE is empty` : 'is missing'
  return optional(env, key) ?? refuse(key, absent)
}

export function whole(env: Env, key: string, fallback: number, least = 1): number {
  const value = Number(optional(env, key) ?? fallback)
  return Number.isSafeInteger(value) && value >= least ? value : refuse(key, `must be a whole number from ${least}`)
}

export function oneOf<T extends string>(env: Env, key: string, choices: readonly T[], fallback: T): T {
  const value = optional(env, key) ?? fallback
  return choices.find((choice) => choice === value) ?? refuse(key, `must be one of ${choices.join(', ')}`)
}

/** VITRYLO_FILE_MAX: bytes of one file in a custom field, at most; the gateway and the services are given the same. */
export const fileMaxOf = (env: Env): number => whole(env, 'VITRYLO_FILE_MAX', 25 * 1024 * 1024)

/** VITRYLO_LOG_LEVEL; what pino knows. */
export const logLevelOf = (env: Env): string =>
  oneOf(env, 'VITRYLO_LOG_LEVEL', ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], 'info')

export function urlOf(env: Env, key: string, protocols: readonly string[], fallback?: string): string {
  const text = (fallback === undefined ? required(env, key) : optional(env, key)) ?? fallback!
  // A list of brokers is no URL to the parser: the first stands for all.
  if (URL.canParse(text.split(',')[0]!) && protocols.includes(text.slice(0, text.indexOf(':')))) return text
  return refuse(key, `must begin with ${protocols.map((protocol) => `${protocol}://`).join(' or ')}`)
}

/** JSON object whose values all pass. */
export function record<T>(env: Env, key: string, fits: (value: unknown) => value is T, sample: string): Readonly<Record<string, T>> {
  const text = required(env, key)
  try {
    const value: unknown = JSON.parse(text)
    const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value) && Object.values(value).every(fits)
    if (isRecord) return Object.freeze(value as Record<string, T>)
  } catch {
    // Answered below, as other wrong texts are.
  }
  return refuse(key, `must be JSON such as ${sample}`)
}

/** A key that encrypts: one per line, the newest first. New texts are sealed with the first, old ones open with any. */
export function keysOf(env: Env, key: string): readonly string[] {
  const keys = linesOf(env, key)
  return keys.every(({ length }) => length >= 32) ? keys : refuse(key, 'must have at least 32 characters in every line')
}

/** A secret that both sides know: one per line, the newest first; read anew at every call, the last good one stays. */
export function secretsOf(env: Env, key: string): () => readonly string[] {
  let secrets = linesOf(env, key)
  return () => {
    try {
      secrets = linesOf(env, key)
    } catch {
      // The file is being changed.
    }
    return secrets
  }
}

function linesOf(env: Env, key: string): readonly string[] {
  const lines = required(env, key).split('\n').map((line) => line.trim())
  const full = lines.filter((line) => line !== '')
  return full.length > 0 ? full : refuse(key, 'is missing')
}

/** A file that must be there and can be read: certificates, keys. Gives its path. */
export function fileOf(env: Env, key: string): string | undefined {
  const path = env[key] || undefined
  if (path !== undefined) readText(key, path, '')
  return path
}

function readText(key: string, path: string, suffix = '_FILE'): string {
  try {
    return readFileSync(path, 'utf8').replace(/\r?\n$/, '')
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException
    const why = code === 'ENOENT' ? 'does not exist' : `cannot be read (${code})`
    throw new Refusal(`setting ${key}${suffix}: the file ${path} ${why}`, { cause: error })
  }
}
