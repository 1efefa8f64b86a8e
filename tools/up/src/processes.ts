import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { setTimeout as delay } from 'node:timers/promises'
import { startComponent } from './components.ts'
import type { Component } from './components.ts'
import { SERVICES } from './environments.ts'
import type { ComponentName, Environments } from './environments.ts'
import type { Settings } from './settings.ts'

type Options = { processes: Settings['processes']; webBuilt: Promise<void>; say(line: string): void }

/** Starts all parts, in this process or in one each: first who issues tokens, last who takes requests. */
export async function startProcesses(envs: Environments, { processes, webBuilt, say }: Options): Promise<Component> {
  const started: Component[] = []
  const stop = async (): Promise<void> => {
    for (const component of started.splice(0).reverse()) await component.stop()
  }
  const start = async (name: ComponentName): Promise<void> => {
    const component = processes === 'one' ? startComponent(name, envs[name]) : startChild(name, envs[name], say)
    started.push(await component)
  }
  try {
    await start('issuer')
    const outcomes = await Promise.allSettled(SERVICES.map(start))
    const failed = outcomes.find((outcome) => outcome.status === 'rejected')
    if (failed) throw failed.reason
    await webBuilt
    await start('gateway')
  } catch (error) {
    await stop()
    throw error
  }
  return { stop }
}

const CALM_MS = 30_000
const PATIENCE_MS = 20_000

/** A part in a process of its own, started again whenever it dies. */
async function startChild(name: ComponentName, env: Record<string, string>, say: Options['say']): Promise<Component> {
  let stopping = false
  let child = await launch(name, env)
  const watch = (began: number, wait: number): void =>
    void child.once('exit', async (code, signal) => {
      if (stopping) return
      say(`${name} ended unexpectedly (${signal ?? `code ${code}`}); starting it again.`)
      let pause = Date.now() - began > CALM_MS ? 100 : wait
      for (; !stopping; pause = Math.min(10_000, pause * 2)) {
        await delay(pause)
        if (stopping) return
        const next = await launch(name, env).catch(() => undefined)
        if (!next) continue
        child = next
        if (stopping) child.kill('SIGTERM')
        return watch(Date.now(), pause * 2)
      }
    })
  watch(Date.now(), 100)
  return {
    async stop() {
      stopping = true
      if (child.exitCode !== null || child.signalCode !== null) return
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      const slow = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS)
      await ended
      clearTimeout(slow)
    },
  }
}

async function launch(name: ComponentName, env: Record<string, string>): Promise<ChildProcess> {
  const child = fork(fileURLToPath(new URL('child.ts', import.meta.url)), [name], {
    env: { PATH: process.env.PATH, TZ: process.env.TZ, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE, ...env },
    execArgv: process.execArgv,
  })
  const ready = once(child, 'message').then(() => true)
  const ended = once(child, 'exit').then(() => false)
  if (await Promise.race([ready, ended])) return child
  throw new Error(`${name} did not start`)
}
