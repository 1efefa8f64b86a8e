// make test-e2e: starts the product in a folder of its own, walks it in a browser, stops it. Arguments go to jest.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { findChromium } from './src/chromium.ts'
import { serveControl } from './src/control.ts'
import { createProduct } from './src/product.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const stops: (() => unknown)[] = []
let ending: Promise<void> | undefined

const end = (): Promise<void> => (ending ??= stopAll())

async function stopAll(): Promise<void> {
  for (const stop of stops.toReversed()) await stop()
}

async function jest(env: Record<string, string>): Promise<number> {
  const quiet = ['ExperimentalWarning', 'TimeoutNegativeWarning'].map((warning) => `--disable-warning=${warning}`)
  const run = ['--experimental-vm-modules', ...quiet, 'node_modules/jest/bin/jest.js', '--config', 'tools/e2e/jest.config.mjs']
  const child = spawn(process.execPath, [...run, ...process.argv.slice(2)], { cwd: ROOT, env: { ...process.env, ...env }, stdio: 'inherit' })
  stops.push(() => child.kill('SIGTERM'))
  const [code] = (await once(child, 'exit')) as [number | null]
  return code ?? 1
}

async function walk(): Promise<number> {
  const chromium = findChromium(process.env)
  if (chromium === undefined) return jest({ E2E_SKIP: 'no chromium here (PATH, VITRYLO_CHROMIUM)' })
  const product = await createProduct(ROOT)
  stops.push(() => product.remove())
  await product.start()
  const control = await serveControl(product)
  stops.push(() => control.close())
  console.log(`The product runs at ${product.url}, its words stand in ${product.log}.`)
  return jest({ E2E_CHROMIUM: chromium, E2E_URL: product.url, E2E_DATA_DIR: product.dataDir, E2E_CONTROL: control.url })
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void end().finally(() => process.exit(1)))

try {
  process.exitCode = await walk()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
} finally {
  await end()
}
