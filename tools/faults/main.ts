// node tools/faults/main.ts --writes 50000 --kills 200 --seed 7: the long form of the test beside it.
import { parseArgs } from 'node:util'
import { runFaults } from './src/run-faults.ts'

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    writes: { type: 'string', default: '20000' },
    kills: { type: 'string', default: '60' },
    lanes: { type: 'string', default: '8' },
    pause: { type: 'string', default: '2000-4000' },
  },
})
const [from, to] = values.pause.split('-').map(Number)
const report = await runFaults({
  seed: Number(values.seed),
  writes: Number(values.writes),
  kills: Number(values.kills),
  lanes: Number(values.lanes),
  pauseMs: [from!, to ?? from!],
  singly: true,
  log: (line) => console.log(line),
})
const { faults, kills, ...figures } = report
console.log(figures)
for (const fault of faults) console.log(fault)
console.log(faults.length === 0 ? `nothing lost, nothing doubled after ${kills.length} kills` : `${faults.length} faults`)
const recoveries = { ...report.recoveries, 'the last one': report.readySeconds }
const slow = Object.entries(recoveries).filter(([, seconds]) => seconds > 10)
for (const [name, seconds] of slow) console.log(`after ${name} was killed it took ${seconds.toFixed(1)} s, more than 10`)
process.exitCode = faults.length + slow.length === 0 ? 0 : 1
