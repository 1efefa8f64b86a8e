import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { getCompileCacheDir } from 'node:module'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { startComponent, startComponents } from './components.ts'
import type { Component } from './components.ts'
import type { ComponentName, Environments } from './environments.ts'
import { keepRunning } from './keep-running.ts'
import type { Settings } from './settings.ts'

type Options = { processes: Settings['processes']; webBuilt: Promise<void>; say(line: string): void }

/** Starts all parts, in this process or in one each: first who issues tokens, last who takes requests. */
export async function startProcesses(envs: Partial<Environments>, { processes, webBuilt, say }: Options): Promise<Component> {
  const { issuer, gateway, ...services } = envs
  const started: Component[] = []
  const stop = async (): Promise<void> => {
    for (const component of started.splice(0).reverse()) await component.stop()
  }
  const start = async (name: ComponentName, env: Record<string, string> | undefined): Promise<void> => {
    if (env) started.push(await (processes === 'one' ? startComponent(name, env) : startChild(name, env, say)))
  }
  try {
    await start('issuer', issuer)
    started.push(await (processes === 'one' ? startThread(services) : startComponents(services, (name, env) => startChild(name, env, say))))
    await webBuilt
    await start('gateway', gateway)
  } catch (error) {
    await stop()
    throw error
  }
  return { stop }
}

/**
 * The services in a thread of their own: a second core works for them, and a long import does not hold up the gateway.
 * An error that nobody caught ends the whole process, as it would without the thread.
 */
async function startThread(envs: Partial<Environments>): Promise<Component> {
  const thread = new Worker(new URL('thread.ts', import.meta.url), { workerData: envs })
  const ended = once(thread, 'exit')
  await Promise.race([once(thread, 'message'), ended.then(() => Promise.reject(new Error('the services did not start')))])
  thread.on('error', (error) => {
    throw error
  })
  return {
    async stop() {
      thread.postMessage('stop')
      await ended
    },
  }
}

/** A part in a process of its own, started again whenever it dies. */
function startChild(name: ComponentName, env: Record<string, string>, say: Options['say']): Promise<Component> {
  return keepRunning({
    launch: () => launch(name, env),
    stopSignal: 'SIGTERM',
    forceSignal: 'SIGKILL',
    patienceMs: 20_000,
    onDeath: (reason) => say(`${name} ended unexpectedly (${reason}); starting it again.`),
  })
}

async function launch(name: ComponentName, env: Record<string, string>): Promise<ChildProcess> {
  const child = fork(fileURLToPath(new URL('child.ts', import.meta.url)), [name], {
    env: { PATH: process.env.PATH, TZ: process.env.TZ, MALLOC_ARENA_MAX: process.env.MALLOC_ARENA_MAX, NODE_COMPILE_CACHE: getCompileCacheDir(), ...env },
    execArgv: process.execArgv.filter((flag) => /^--(disable-warning|max-semi-space-size)=/.test(flag)),
  })
  const ready = once(child, 'message').then(() => true)
  const ended = once(child, 'exit').then(() => false)
  if (await Promise.race([ready, ended])) return child
  throw new Error(`${name} did not start`)
}
