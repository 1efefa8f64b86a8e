import { useSyncExternalStore } from 'react'
import type { Call, Request } from '../api/types.ts'

/** Where a call stands for the person in front of the screen. */
export type Phase = 'ringing' | 'talking' | 'held' | 'ended' | 'elsewhere' | 'missed'

export type MyCall = {
  call: Call
  phase: Phase
  /** When the present phase began, by our clock. */
  since: number
  /** Employee who answered instead. */
  by?: string | undefined
  /** Why it rang no longer: `missed`, `rejected`, `busy` … */
  outcome?: string | undefined
  request?: Request | undefined
  /** Words stand in the form of the unknown caller: the call does not leave by itself. */
  typed?: boolean | undefined
  /** What it is about was put into the request: the form has done its work. A name alone leaves it open. */
  said?: boolean | undefined
}

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

/** A call that is new to the screen comes to the front and unfolds the panel. */
export function putCall(next: MyCall) {
  const known = findCall(next.call.id)
  const others = state.calls.filter((one) => one.call.id !== next.call.id)
  const talking = others.filter((one) => one.phase === 'talking' || one.phase === 'held')
  const waiting = others.filter((one) => !talking.includes(one))
  if (known) set({ ...state, calls: state.calls.map((one) => (one === known ? { ...known, ...next, call: withKnown(known.call, next.call) } : one)) })
  else set({ calls: [...talking, next, ...waiting.filter((one) => one.phase === 'ringing' || one.phase === 'ended' || one.typed)], folded: false })
}

const kept = (before: MyCall, now: MyCall): MyCall => ({ ...now, call: withKnown(before.call, now.call) })

export function changeCall(id: string, change: (call: MyCall) => MyCall) {
  set({ ...state, calls: state.calls.map((one) => (one.call.id === id ? kept(one, change(one)) : one)) })
}

export const dropCall = (id: string) => set({ ...state, calls: state.calls.filter((one) => one.call.id !== id) })
export const fold = (folded: boolean) => set({ ...state, folded })

export const useCalls = () =>
  useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher)
      return () => watchers.delete(watcher)
    },
    () => state,
  )
