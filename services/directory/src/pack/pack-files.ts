import { readdirSync, readFileSync } from 'node:fs'
import type { Cell, CustomKind, Label } from '@vitrylo/auth'
import { notFound } from '@vitrylo/errors'
import type { PackPipeline, PackQueue } from '@vitrylo/proto/vitrylo/directory/v1/pack.ts'

export type PackSection = { resource: string; name: string; label: Label; visibleWhen?: string }
export type PackField = {
  resource: string
  section: string
  name: string
  kind: CustomKind
  label: Label
  options?: { word: string; label: Label }[]
  required?: boolean
  unique?: boolean
  searchable?: boolean
  filterable?: boolean
  visibleWhen?: string
  default?: unknown
  linkTo?: string
}
export type PackGroup = { name: string; title: string; grants: Cell[] }
export type PackFilter = { key: string; resource: string; name: string; filter: string; orderBy: string; groups: string[] }

/** A file of `files/`, as pack.schema.json describes it. */
export type PackFile = {
  name: string
  version: number
  title: Label
  description: Label
  sections: PackSection[]
  fields: PackField[]
  groups: PackGroup[]
  filters: PackFilter[]
  pipelines: PackPipeline[]
  queues: PackQueue[]
}

const FILES = new URL('./files/', import.meta.url)
let known: readonly PackFile[] | undefined

/** The packs of this release, by their names. */
export const packFiles = (): readonly PackFile[] =>
  (known ??= readdirSync(FILES).sort().map((file) => JSON.parse(readFileSync(new URL(file, FILES), 'utf8')) as PackFile))

export function packFile(name: string): PackFile {
  const found = packFiles().find((pack) => pack.name === name)
  if (found === undefined) throw notFound('pack', name)
  return found
}
