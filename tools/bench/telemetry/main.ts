// node tools/bench/telemetry/main.ts: what traces and metrics cost. The product without them and with them run side by
// side and are driven in turn, so that what else the machine does falls on both. Writes nothing but what it prints.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { cpus, loadavg, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { createApi, fetchToken, type Access } from '../../demo/src/load/api.ts'
import { createBody } from '../src/data.ts'
import { drive, type Figures, type Request } from '../src/drive.ts'
import { settled } from '../src/load-rows.ts'
import { memoryOf } from '../src/memory.ts'
import { openProduct, type Product } from '../src/product.ts'

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '7' }, seconds: { type: 'string', default: '3' } } })
const say = (line: string): void => void process.stderr.write(`${line}\n`)

const sink = fork(fileURLToPath(new URL('../src/sink-process.ts', import.meta.url)), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
const [{ port }] = (await once(sink, 'message')) as [{ port: number }]
const tenth = { OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.1' }
const collector = { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` }
const VARIANTS: Record<string, Record<string, string>> = {
  'neither, a second time': {},
  'traces, 10 %': { ...collector, ...tenth },
  'traces, 10 %, the collector is away': { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9', ...tenth },
  'traces, all': collector,
  metrics: { VITRYLO_METRICS: '1' },
}

type Side = { name: string; product: Product; access: Access; requests: Record<'create' | 'card', Request[]>; figures: Record<'create' | 'card', Figures[]> }
const dir = mkdtempSync(join(tmpdir(), 'vitrylo-bench-'))
chmodSync(dir, 0o755) // as root the database runs as another user
const sides: Side[] = []

try {
  const loadBefore = loadavg()[0]!
  for (const [name, telemetry] of [['neither', {}] as const, ...Object.entries(VARIANTS)]) sides.push(await openSide(name, telemetry))
  const idle = sides.map(({ product }) => memoryOf(product.pid).nodeMiB)
  for (let round = 0; round < Number(values.rounds); round++) {
    say(`round ${round + 1} of ${values.rounds}…`)
    for (const kind of ['create', 'card'] as const) {
      for (const side of round % 2 === 0 ? sides : sides.toReversed()) await measure(side, kind)
    }
  }
  report(idle)
  const machine = `${cpus().length} x ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`
  console.log(`\n${machine}; 16 clients, ${values.rounds} rounds of ${values.seconds} s; load before the start ${loadBefore.toFixed(1)}`)
} finally {
  for (const { product } of sides) await product.stop()
  sink.disconnect()
  rmSync(dir, { recursive: true, force: true })
}

async function openSide(name: string, telemetry: Record<string, string>): Promise<Side> {
  say(`starting the product with ${name}…`)
  const home = join(dir, String(sides.length))
  mkdirSync(home)
  chmodSync(home, 0o755)
  const product = await openProduct(join(home, 'data'), { web: false, telemetry })
  const access = await product.start()
  const api = createApi(access)
  const ids: string[] = []
  for (let n = 0; n < 50; n++) ids.push((await api.post('counterparties', createBody(1_000_000 + n)))['id'])
  const create = Array.from({ length: 2_000 }, (_, n) => ({ path: '/api/v1/counterparties', body: JSON.stringify(createBody(n)) }))
  const card = ids.map((id) => ({ path: `/api/v1/counterparties/${id}:card` }))
  return { name, product, access, requests: { create, card }, figures: { create: [], card: [] } }
}

/** Where something else stops the machine for seconds, requests run into their deadline: such a measurement is made again. */
async function measure(side: Side, kind: 'create' | 'card', tries = 3): Promise<void> {
  const { product, access, requests, figures } = side
  const headers = { authorization: `Bearer ${await fetchToken(access)}` }
  try {
    figures[kind].push(await drive({ origin: access.origin, seconds: Number(values.seconds), requests: requests[kind], headers }, [product.pid]))
  } catch (error) {
    if (tries === 1) throw error
    say(`again: ${String(error).slice(0, 120)}`)
    await measure(side, kind, tries - 1)
  }
  if (kind === 'create') await settled(product.pid, 6)
}

/** Each side against the one without, round by round; the median of the rounds. */
function report(idle: number[]): void {
  const [base, ...others] = sides
  const ratio = (side: Side, kind: 'create' | 'card', of: (figures: Figures) => number): number =>
    (median(side.figures[kind].map((figures, round) => of(figures) / of(base!.figures[kind][round]!))) - 1) * 100
  const signed = (percent: number): string => `${percent > 0 ? '+' : ''}${percent.toFixed(1)} %`
  for (const kind of ['create', 'card'] as const) {
    console.log(`${kind}, without: ${median(base!.figures[kind].map(({ perSecond }) => perSecond)).toFixed(0)}/s, ${median(base!.figures[kind].map(({ cpuMs }) => cpuMs)).toFixed(2)} ms of processor a request`)
  }
  console.log('| with | create: throughput | processor time | card: throughput | processor time | memory after the start |\n| --- | --- | --- | --- | --- | --- |')
  for (const [n, side] of others.entries()) {
    const cells = (['create', 'card'] as const).flatMap((kind) => [signed(ratio(side, kind, (f) => f.perSecond)), signed(ratio(side, kind, (f) => f.cpuMs))])
    console.log(`| ${[side.name, ...cells, `${signed((idle[n + 1]! / idle[0]! - 1) * 100)} of ${idle[0]!.toFixed(0)} MiB`].join(' | ')} |`)
  }
}

function median(list: number[]): number {
  return list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)]!
}
