import type { RightsStore } from '@vitrylo/auth'
import type { Bus, Handler, Projection } from '@vitrylo/events'
import type { ListDefinition } from '@vitrylo/lists'
import type { MigrationSet, Pool } from '@vitrylo/pg'
import type { Task } from 'graphile-worker'
import type { Logger } from 'pino'
import type { Env } from './settings.ts'
import type { Served } from './serve.ts'
import type { Sweep } from './sweep.ts'

/** What the parts of a service are built from. */
export type Deps = {
  pool: Pool
  bus: Bus
  log: Logger
  /** The clock; never read another one in a rule. */
  now: () => Date
  rights: RightsStore
  /** Tells the relay that events wait; after a commit that no RPC and no consumer made. */
  committed: () => void
  env: Env
}

export type Stop = () => Promise<void>

/** A service, as its main.ts composes it. */
export type ServiceDefinition = {
  /** Also the consumer group and the name in the log. */
  name: string
  /** Folder of its .sql files. */
  migrations: URL
  /** Tables of libs that it uses beside the common ones. */
  sharedMigrations?: MigrationSet[]
  rpc: (deps: Deps) => Served[]
  /** One handler per consumed event. */
  handlers?: (deps: Deps) => Handler[]
  /** What its lists can be narrowed and sorted by, by the name in the path; the catalogue of fields is made of these. */
  lists?: Readonly<Record<string, ListDefinition>>
  /** Tables that are made of events alone, so that the command `rebuild` can make them anew. */
  projections?: (deps: Deps) => Projection[]
  /** Background tasks by name; enqueued by `enqueue(tx, name, payload)` inside the business transaction. */
  jobs?: (deps: Deps) => Record<string, Task>
  /** Data that a new installation needs; runs after the migrations at each start, must be repeatable. */
  seed?: (deps: Deps) => Promise<void>
  /** What is looked through at the start and from time to time. */
  sweeps?: (deps: Deps) => Sweep[]
  /** Commands of its own beside those of every service, for whoever tends it: `verify-audit file.csv`. */
  commands?: Readonly<Record<string, (deps: Deps, args: readonly string[]) => Promise<void>>>
  /** Work beside calls and events (connections to exchanges); gives its end. */
  start?: (deps: Deps) => Promise<Stop>
}

export const defineService = (definition: ServiceDefinition): ServiceDefinition => definition
