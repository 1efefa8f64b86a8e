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

const talkingStates = ['connected', 'held']

/** What a call that is read from the server means to one employee; undefined when it is none of theirs. */
export function phaseFor(call: Call, me: string): Phase | undefined {
  const agent = call.ownerAgent ?? call.answeredBy
  if (talkingStates.includes(call.state) && agent?.employeeId === me) return call.state === 'held' ? 'held' : 'talking'
  if (call.state === 'offered' && !call.answerTime && call.agentsRung.at(-1)?.employeeId === me) return 'ringing'
  return undefined
}

/** What becomes of a call when it is over: the one who talked wraps it up, the others see that it is gone. */
export function endedPhase(before: Phase): Phase {
  return before === 'talking' || before === 'held' || before === 'ended' ? 'ended' : before === 'elsewhere' ? 'elsewhere' : 'missed'
}

export const isLive = (one: MyCall) => one.phase === 'ringing' || one.phase === 'talking' || one.phase === 'held'
