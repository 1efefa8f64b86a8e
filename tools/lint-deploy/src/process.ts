import { spawnSync } from 'node:child_process'

export type Result = { status: number; stdout: string; stderr: string }
export type Options = { cwd?: string; env?: NodeJS.ProcessEnv; input?: string }

/** Runs a program to its end. A program that is not there answers with status 127. */
export function run(program: string, args: readonly string[], options: Options = {}): Result {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 256 * 1024 * 1024, ...options })
  if (error !== undefined) return { status: 127, stdout: '', stderr: error.message }
  return { status: status ?? 1, stdout, stderr }
}

/** Its output, or an error with the last lines of what it said. */
export function must(program: string, args: readonly string[], options: Options = {}): string {
  const { status, stdout, stderr } = run(program, args, options)
  if (status === 0) return stdout
  const said = `${stdout}${stderr}`.trim().split('\n').slice(-15).join('\n')
  throw new Error(`${program} ${args.slice(0, 3).join(' ')} failed:\n${said}`)
}
