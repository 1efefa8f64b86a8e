import { topics as names } from '@vitrylo/proto/events.ts'

/** How a topic is kept, on either bus. */
export type Topic = {
  name: string
  /** So many members of a group can share the work; a log in PostgreSQL has one. Fewer than there are is never made. */
  partitions: number
  /**
   * `all`: every event for good, because something is built from the whole history.
   * `last`: of each key the last event for good, the ones before it for `COMPACT_AFTER_DAYS`.
   * `passing`: what every group has taken goes after `COMPACT_AFTER_DAYS`: it is kept elsewhere.
   */
  keep: 'all' | 'last' | 'passing'
  /** Nobody waits for its events: a reader rests so long after each batch, and takes what came meanwhile at once. */
  restMs?: number
}

/** So long even a group that was away finds every event of a topic that keeps the last ones. */
export const COMPACT_AFTER_DAYS = 30

// What is not said here: a topic of a new kind loses nothing, and six members can share it.
const USUAL = { partitions: 6, keep: 'all' } as const

const settings: Record<string, Partial<Omit<Topic, 'name'>>> = {
  // As many as there are writes, with values of people in them. One chain takes them one after another, and keeps, cuts off and empties them.
  'vitrylo.audit.fact.v1': { keep: 'passing', partitions: 1, restMs: 500 },
  // Notes and changes are told once and stand in no later event: the timeline needs them all.
  'vitrylo.contacts.counterparty.v1': { keep: 'all' },
  // An event holds the whole person, or that there is none any more.
  'vitrylo.contacts.person.v1': { keep: 'last' },
  // An event holds the whole hold, also one that has ended.
  'vitrylo.contacts.hold.v1': { keep: 'last', partitions: 1 },
  // An event holds the whole interaction; one that was removed says so.
  'vitrylo.contacts.interaction.v1': { keep: 'last' },
  // Whole records again, and few: a firm changes its branches some times a year.
  'vitrylo.directory.branch.v1': { keep: 'last', partitions: 1 },
  'vitrylo.directory.employee.v1': { keep: 'last', partitions: 3 },
  'vitrylo.directory.group.v1': { keep: 'last', partitions: 1 },
  // Everything that a hand-over is stands in its first event; of its progress the last total counts.
  'vitrylo.directory.handover.v1': { keep: 'last', partitions: 1 },
  'vitrylo.directory.handover-progress.v1': { keep: 'all', partitions: 1 },
  // An event holds the whole account, also a revoked one.
  'vitrylo.directory.integration-account.v1': { keep: 'last', partitions: 1 },
  // The issuer keeps it for the day that the link lives.
  'vitrylo.directory.invitation.v1': { keep: 'passing', partitions: 1 },
  // Of a name it is all that there is to tell.
  'vitrylo.directory.username.v1': { keep: 'last', partitions: 1 },
  // Administrators are told, and read the rest from the list.
  'vitrylo.sessions.bulk-read.v1': { keep: 'last', partitions: 1 },
  // Its owner is told once.
  'vitrylo.sessions.account-locked.v1': { keep: 'last', partitions: 1 },
  'vitrylo.sessions.password-changed.v1': { keep: 'last', partitions: 1 },
  // Browsers are told, and read the rest from the list.
  'vitrylo.directory.notification.v1': { keep: 'last' },
  // An import that ended is told of once, to who began it.
  'vitrylo.imports.import.v1': { keep: 'last', partitions: 1 },
  // Answers for the file of a person: the last part of a key is empty.
  'vitrylo.privacy.part.v1': { keep: 'last', partitions: 1 },
  // Questions bear phones and addresses of the person; the last of a key is empty, as it is of the answers.
  'vitrylo.privacy.asked.v1': { keep: 'last', partitions: 1 },
  'vitrylo.privacy.subject.v1': { partitions: 1 },
  // Each step of a deal is an entry of the timeline.
  'vitrylo.sales.opportunity.v1': { keep: 'all' },
  // Browsers are told, and read the rest from the list.
  'vitrylo.sales.pipeline.v1': { keep: 'last', partitions: 1 },
  'vitrylo.servicedesk.queue.v1': { keep: 'last', partitions: 1 },
  // Each step of a request is an entry too.
  'vitrylo.servicedesk.request.v1': { keep: 'all' },
  // Some ten events a call, of which the last one tells the whole call: by far the most of all that the bus carries.
  'vitrylo.telephony.call.v1': { keep: 'last', partitions: 12 },
}

const strangers = Object.keys(settings).filter((name) => !names.includes(name))
if (strangers.length > 0) throw new Error(`no event of the contract has the topic ${strangers.join(', ')}`)

/** Every topic of the contract (option `vitrylo.event`) with its settings. The only such list. */
export const declaredTopics: readonly Topic[] = names.map((name) => ({ name, ...USUAL, ...settings[name] }))
