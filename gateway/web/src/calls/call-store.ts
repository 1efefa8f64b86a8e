import { useSyncExternalStore } from 'react'
import type { Call } from '../api/types.ts'
import { ordered, staying, toFront } from './call-order.ts'
import type { MyCall, Phase } from './phase.ts'

export type { MyCall, Phase }

/** Before the id of the call in the key of the draft of its form. */
export const DRAFT = 'unknown-'

/** The first call is the one that is shown. */
type State = { calls: MyCall[]; folded: boolean }

let state: State = { calls: [], folded: false }
const watchers = new Set<() => void>()

function set(next: State) {
  state = next
  for (const watcher of watchers) watcher()
}

/** A later event may say less than an earlier one: what is known of the caller stays. */
function withKnown(before: Call, now: Call): Call {
  if (now.counterpartyId !== before.counterpartyId && now.counterpartyId !== '') return now
  return {
    ...now,
    counterpartyId: now.counterpartyId || before.counterpartyId,
    counterpartyName: now.counterpartyName || before.counterpartyName,
    contactPersonId: now.contactPersonId || before.contactPersonId,
    contactPersonName: now.contactPersonName || before.contactPersonName,
    matches: now.matches.length > 0 ? now.matches : before.matches,
  }
}

export const findCall = (id: string) => state.calls.find((one) => one.call.id === id)

/** The caret stands in a field of the panel. */
const writing = () => document.activeElement?.matches('.cp :is(input, textarea)') === true

/** Another call that comes to the front unfolds the panel. */
function put(after: MyCall[]) {
  const calls = ordered(state.calls, after, writing())
  const stays = calls[0] !== undefined && calls[0].call.id === state.calls[0]?.call.id
  set({ calls, folded: stays && state.folded })
}

const kept = (before: MyCall, now: MyCall): MyCall => ({ ...now, call: withKnown(before.call, now.call) })

/** A call that is new to the screen unfolds the panel, also where it waits behind another. */
export function putCall(next: MyCall) {
  const known = findCall(next.call.id)
  if (known) return put(state.calls.map((one) => (one === known ? kept(one, { ...one, ...next }) : one)))
  put([...staying(state.calls), next])
  fold(false)
}

export function changeCall(id: string, change: (call: MyCall) => MyCall) {
  put(state.calls.map((one) => (one.call.id === id ? kept(one, change(one)) : one)))
}

export const dropCall = (id: string) => put(state.calls.filter((one) => one.call.id !== id))
export const fold = (folded: boolean) => set({ ...state, folded })

/** Chosen by hand. */
export function showCall(id: string) {
  const chosen = findCall(id)
  if (chosen) set({ calls: toFront(state.calls, chosen), folded: false })
}

export const useCalls = () =>
  useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher)
      return () => watchers.delete(watcher)
    },
    () => state,
  )
