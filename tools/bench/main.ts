// make bench: the promised figures, beside a floor measured in the same run. Writes nothing but what it prints.
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { cpus, loadavg, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { mainBundleKB } from './src/bundle.ts'
import { makeRows } from './src/data.ts'
import { openFloor } from './src/floor.ts'
import { loadRows, settled } from './src/load-rows.ts'
import { measureRequests, type Requests } from './src/measure.ts'
import { cpuSecondsOf, memoryOf } from './src/memory.ts'
import { measurePops } from './src/pop.ts'
import { openProduct, type Product } from './src/product.ts'
import { atLeast, atMost, figure, table, type Line } from './src/report.ts'

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    rows: { type: 'string', default: '100000' },
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '3' },
  },
})
const say = (line: string): void => void process.stderr.write(`${line}\n`)
const dir = mkdtempSync(join(tmpdir(), 'vitrylo-bench-'))
chmodSync(dir, 0o755) // as root the database runs as another user
const lines: Line[] = []
// What others do on the machine is in every figure but processor time and memory.
const loadBefore = loadavg()[0]!
let product: Product | undefined

try {
  await bench()
  const machine = `${cpus().length} x ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`
  if (values.json) console.log(JSON.stringify({ machine, loadBefore, time: new Date().toISOString(), rows: Number(values.rows), figures: lines }, null, 2))
  else console.log(`${table(lines)}\n\n${machine}; ${values.rows} counterparties, 16 clients; load before the start ${loadBefore.toFixed(1)}`)
} finally {
  await product?.stop()
  rmSync(dir, { recursive: true, force: true })
}

async function bench(): Promise<void> {
  const rows = makeRows(Number(values.rows))
  say('Starting the product on an empty folder…')
  product = await openProduct(join(dir, 'data'))
  const access = await product.start()
  lines.push(figure('start on an empty folder', access.seconds, ' s'))

  say(`Importing ${rows.length} counterparties…`)
  const loaded = await loadRows(access, rows, product.pid)
  lines.push(atMost(`import of ${rows.length} rows`, loaded.seconds, 60, ' s'))
  lines.push(figure('  of it the upload', loaded.uploadSeconds, ' s'), figure('  steps of progress seen', loaded.progressSteps, ''))
  lines.push(figure('  until its events had settled everywhere', loaded.settleSeconds, ' s'))

  say('Measuring requests, floor and product in turn…')
  const floor = await openFloor(product.admin)
  const { pid } = product
  const pace = { rounds: Number(values.rounds), seconds: Number(values.seconds), settle: () => settled(pid, 30), pid }
  addRequests(await measureRequests(access, floor, rows, pace).finally(() => floor.close()))

  say('Measuring the screen pop…')
  const cpuBefore = cpuSecondsOf(product.pid)
  const pops = await measurePops(access, { numbers: rows.slice(0, 1_000).map(({ phone }) => phone) }).catch((error: Error) => {
    lines.push({ name: `screen pop: ${error.message}`, target: '<= 50 ms, 300 ms', figure: 'not measured', value: Number.NaN, ok: false })
  })
  if (pops !== undefined) {
    lines.push(atLeast(`calls shown of ${pops.calls}`, pops.shown, pops.calls, ''))
    lines.push(atMost('screen pop p50', pops.p50, 50, ' ms'), atMost('screen pop p99', pops.p99, 300, ' ms'), figure('screen pop slowest', pops.max, ' ms'))
    lines.push(figure('  processor time a call, from ring to registered request', ((cpuSecondsOf(pid) - cpuBefore) / pops.calls) * 1000, ' ms'))
  }

  say('Measuring memory after a restart…')
  await product.stop()
  product = await openProduct(join(dir, 'data'))
  const again = await product.start()
  lines.push(figure('later start', again.seconds, ' s'))
  await settled(product.pid, 30)
  await delay(12_000) // pools give idle connections back after ten seconds
  const { totalMiB, nodeMiB, postgresMiB, processes } = memoryOf(product.pid)
  lines.push(atMost('idle memory of everything', totalMiB, 500, ' MiB'))
  lines.push(figure('  Node', nodeMiB, ' MiB'), figure('  PostgreSQL', postgresMiB, ' MiB'), figure('  processes', processes, ''))

  const bundle = mainBundleKB()
  if (bundle === undefined) lines.push({ name: 'main bundle, gzip', target: '<= 250 kB', figure: 'not built', value: Number.NaN, ok: false })
  else lines.push(atMost('main bundle, gzip', bundle, 250, ' kB'))
}

function addRequests({ floor, product: { create, keyedCreate, card, rare, typeAhead, common } }: Requests): void {
  for (const [name, { perSecond, cpuMs }] of Object.entries(floor)) {
    lines.push(figure(`floor, ${name}`, perSecond, '/s'), figure(`  floor, ${name}, processor time`, cpuMs, ' ms'))
  }
  const add = (name: string, { perSecond, ratio, p50, p99, cpuMs }: typeof create, targets: { ratio?: number; p99?: number }): void => {
    lines.push(figure(name, perSecond, '/s'), figure(`  ${name}, processor time`, cpuMs, ' ms'))
    lines.push(targets.ratio === undefined ? figure(`  ${name}, of the floor`, ratio, ' %') : atLeast(`  ${name}, of the floor`, ratio, targets.ratio, ' %'))
    lines.push(figure(`  ${name} p50`, p50, ' ms'))
    lines.push(targets.p99 === undefined ? figure(`  ${name} p99`, p99, ' ms') : atMost(`  ${name} p99`, p99, targets.p99, ' ms'))
  }
  add('create', create, { ratio: 35 })
  add('create with Idempotency-Key', keyedCreate, {})
  add('card', card, { ratio: 30, p99: 100 })
  add('search, rare word', rare, { ratio: 35 })
  add('search, type-ahead', typeAhead, { p99: 100 })
  add('search, a common word, 20 rows', common, {})
}
