import type { Call } from '../api/types.ts'
import type { MyCall, Phase } from './call-store.ts'

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
