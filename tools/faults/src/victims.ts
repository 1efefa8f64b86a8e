import { readdirSync, readFileSync } from 'node:fs'

export type VictimKind = 'part' | 'backend' | 'postmaster'
export type Victim = { kind: VictimKind; name: string; pid: number }

/** What can die below the launcher: its parts, the database server and one of its backends. Linux only. */
export function victimsBelow(launcher: number): Victim[] {
  const children = childrenOf(launcher)
  const postmaster = children.find((pid) => commandOf(pid).includes('/postgres -D'))
  const parts = children.flatMap((pid): Victim[] => {
    const name = /child\.ts ([a-z-]+)/.exec(commandOf(pid))?.[1]
    return name === undefined ? [] : [{ kind: 'part', name, pid }]
  })
  const backends = (postmaster === undefined ? [] : childrenOf(postmaster)).flatMap((pid): Victim[] => {
    // postgres: contacts contacts 127.0.0.1(41234) idle, or by socket: contacts contacts [local] idle
    const name = /^postgres: (\w+) \w+ (?:[\d.]+\(\d+\)|\[local\])/.exec(commandOf(pid))?.[1]
    return name === undefined ? [] : [{ kind: 'backend', name, pid }]
  })
  return [...parts, ...backends, ...(postmaster === undefined ? [] : [{ kind: 'postmaster' as const, name: 'postgres', pid: postmaster }])]
}

function childrenOf(parent: number): number[] {
  return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) && parentOf(name) === parent ? [Number(name)] : []))
}

function parentOf(pid: string): number {
  const stat = read(`/proc/${pid}/stat`)
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1] ?? 0)
}

const commandOf = (pid: number): string => read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim()

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return '' // it ended meanwhile
  }
}
