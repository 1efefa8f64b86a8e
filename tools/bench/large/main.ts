// What grows with the table: a base of 100,000 and one of 1,000,000 counterparties, one after the other. Writes nothing but what it prints.
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { cpus, loadavg, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { measureSize, type Measured, type Size } from './measure-size.ts'
import { atLeast, atMost, figure, table, type Line } from '../src/report.ts'

const { values } = parseArgs({
  options: { small: { type: 'string', default: '100000' }, rows: { type: 'string', default: '1000000' }, seconds: { type: 'string', default: '3' } },
})
const seconds = Number(values.seconds)
const load = loadavg()[0]!
const [small, large] = [await measured(Number(values.small)), await measured(Number(values.rows))]
console.log(table(linesOf(small, large)))
console.log(`\n${cpus().length} x ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}; load before the start ${load.toFixed(1)}`)

async function measured(rows: number): Promise<Size> {
  const dir = mkdtempSync(join(tmpdir(), 'vitrylo-large-'))
  chmodSync(dir, 0o755) // as root the database runs as another user
  return measureSize(join(dir, 'data'), rows, seconds, (line) => void process.stderr.write(`${line}\n`)).finally(() => rmSync(dir, { recursive: true, force: true }))
}

function linesOf({ rows, loaded, measured: before }: Size, { rows: many, loaded: whole, measured: after }: Size): Line[] {
  const lines = [
    figure(`import of ${rows} rows`, loaded.seconds, ' s'), atMost(`import of ${many} rows`, whole.seconds, (300 * many) / 1_000_000, ' s'),
    figure('  memory of Node in its first half', Math.max(...whole.nodeMiB.slice(0, whole.nodeMiB.length / 2)), ' MiB'),
    figure('  memory of Node in its second half', Math.max(...whole.nodeMiB.slice(whole.nodeMiB.length / 2)), ' MiB'),
  ]
  for (const [at, one] of after.entries()) {
    const name = `${one.name}, ${one.asker}, ${one.clients === 1 ? 'one client' : `${one.clients} clients`}`
    lines.push(...asked(name, one, before[at]!))
  }
  return lines
}

/** The targets of a base ten times as large. */
function asked(name: string, { name: what, clients, figures }: Measured, { figures: before }: Measured): Line[] {
  const speed = figure(name, figures.perSecond, '/s')
  const cost = figure('  processor time', figures.cpuMs, ' ms')
  const p99 = (most?: number): Line => (most === undefined ? figure('  p99', figures.p99, ' ms') : atMost('  p99', figures.p99, most, ' ms'))
  if (what === 'card') return [speed, cost, atMost('  processor time, of that in the small base', figures.cpuMs / before.cpuMs, 1.5, ' x'), p99()]
  if (what === 'rare word') return [speed, cost, p99(), atMost('  p99, of that in the small base', figures.p99 / before.p99, 3, ' x')]
  if (what.startsWith('common')) return clients === 1 ? [speed, cost, p99(100)] : [atLeast(name, figures.perSecond, 100, '/s'), cost, p99()]
  return what.startsWith('list') ? [speed, cost, p99(200)] : [speed, cost, p99()]
}
