import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { GoTool } from './pinned.ts'
import { must } from './process.ts'

/**
 * Builds one program. `go install X@VERSION` refuses modules with replace or exclude lines, so a module of our own
 * repeats those lines and requires the program. What is downloaded is checked against the public checksum database.
 */
export function buildGoTool(tool: GoTool, binary: string): void {
  const dir = mkdtempSync(join(tmpdir(), 'vitrylo-tool-'))
  const env = { ...process.env, CGO_ENABLED: '0', GOWORK: 'off', GOFLAGS: '-buildvcs=false' }
  try {
    const answer = must('go', ['mod', 'download', '-json', `${tool.module}@${tool.version}`], { cwd: dir, env })
    const { GoMod } = JSON.parse(answer) as { GoMod: string }
    writeFileSync(join(dir, 'go.mod'), ['module tool', ...ownLines(readFileSync(GoMod, 'utf8')), `require ${tool.module} ${tool.version}`, ''].join('\n'))
    const linker = ['-s', '-w', ...(tool.flags ?? []).map((flag) => `-X ${flag}`)].join(' ')
    const main = tool.main === '' ? tool.module : `${tool.module}/${tool.main}`
    must('go', ['build', '-mod=mod', '-trimpath', '-tags', tool.tags ?? '', '-ldflags', linker, '-o', binary, main], { cwd: dir, env })
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

/** The lines of a go.mod that count only in the main module: go, replace and exclude, single or in blocks. */
export function ownLines(goMod: string): string[] {
  const lines: string[] = []
  let inside = false
  for (const line of goMod.split('\n')) {
    if (/^(replace|exclude) \(/.test(line)) inside = true
    if (inside || /^(go|replace|exclude) /.test(line)) lines.push(line)
    if (line.startsWith(')')) inside = false
  }
  return lines
}
