import { spawn } from 'node:child_process'

export type Run = { input?: string; env?: NodeJS.ProcessEnv; timeoutMs?: number }

/** Runs a program to its end and gives what it said; a failure carries what it complained of. */
export function run(program: string, args: readonly string[], { input, env = process.env, timeoutMs = 600_000 }: Run = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env, stdio: ['pipe', 'pipe', 'pipe'], timeout: timeoutMs })
    let said = ''
    let complained = ''
    child.stdout.on('data', (part) => (said += part))
    child.stderr.on('data', (part) => (complained += part))
    child.on('error', reject)
    child.on('close', (code) => {
      if (code === 0) resolve(said)
      else reject(new Error(`${program} ${args.slice(0, 6).join(' ')} ended with ${code}: ${complained.slice(-2000) || said.slice(-2000)}`))
    })
    child.stdin.on('error', () => {})
    child.stdin.end(input)
  })
}
