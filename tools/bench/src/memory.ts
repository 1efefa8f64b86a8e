import { readdirSync, readFileSync } from 'node:fs'

export type Memory = { totalMiB: number; nodeMiB: number; postgresMiB: number; processes: number }

/** Proportional memory of a process and all below it; what is shared counts once. Linux only. */
export function memoryOf(root: number): Memory {
  const parents = new Map<number, number>()
  for (const name of readdirSync('/proc')) if (/^\d+$/.test(name)) parents.set(Number(name), parentOf(Number(name)))
  const family = [...parents.keys()].filter((pid) => isBelow(pid, root, parents))
  const sizes = family.map((pid) => ({ name: nameOf(pid), MiB: pssOf(pid) }))
  const sum = (list: typeof sizes): number => list.reduce((total, { MiB }) => total + MiB, 0)
  const postgres = sizes.filter(({ name }) => name === 'postgres')
  return { totalMiB: sum(sizes), nodeMiB: sum(sizes) - sum(postgres), postgresMiB: sum(postgres), processes: sizes.length }
}

/** Seconds of processor time that a process and all below it have used. */
export function cpuSecondsOf(root: number): number {
  const parents = new Map<number, number>()
  for (const name of readdirSync('/proc')) if (/^\d+$/.test(name)) parents.set(Number(name), parentOf(Number(name)))
  const family = [...parents.keys()].filter((pid) => isBelow(pid, root, parents))
  return family.reduce((total, pid) => {
    // Own time, then that of children that have ended: backends come and go.
    const ticks = statOf(pid).slice(11, 15).map(Number)
    return total + ticks.reduce((sum, each) => sum + each, 0) / TICKS
  }, 0)
}

const TICKS = 100 // USER_HZ, the same on every Linux

function isBelow(pid: number, root: number, parents: Map<number, number>): boolean {
  for (let at: number | undefined = pid; at !== undefined && at > 1; at = parents.get(at)) if (at === root) return true
  return false
}

/** Fields of /proc/<pid>/stat from the state on; the name before may hold blanks and brackets. */
function statOf(pid: number): string[] {
  const stat = read(`/proc/${pid}/stat`)
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
}

const parentOf = (pid: number): number => Number(statOf(pid)[1] ?? 0)
const nameOf = (pid: number): string => read(`/proc/${pid}/comm`).trim()
const pssOf = (pid: number): number => Number(/^Pss:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0) / 1024

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return '' // it ended meanwhile
  }
}
