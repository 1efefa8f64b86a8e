import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import type { Service } from './build.ts'

const ROOT = new URL('../../', import.meta.url)
const { version: own } = JSON.parse(readFileSync(new URL('package.json', ROOT), 'utf8')) as { version: string }
const git = (...args: string[]): string => execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' }).trim()

/** VITRYLO_IMAGE_PREFIX: what stands before the name of a service; VITRYLO_VERSION: the tag. */
const { VITRYLO_IMAGE_PREFIX: prefix = 'vitrylo/', VITRYLO_VERSION: version = own } = process.env

export const imageOf = (service: Service): string => `${prefix}${service}:${version}`

/** What goes into every image besides the sources. VITRYLO_IMAGE_BASE, VITRYLO_IMAGE_RUNTIME: see the Dockerfile. */
export const buildFacts = () => ({
  version,
  revision: git('rev-parse', 'HEAD'),
  epoch: Number(git('log', '-1', '--format=%ct')),
  base: process.env.VITRYLO_IMAGE_BASE,
  runtime: process.env.VITRYLO_IMAGE_RUNTIME,
})
