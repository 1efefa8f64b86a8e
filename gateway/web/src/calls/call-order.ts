import { isLive, type MyCall } from './phase.ts'

/** What asks for the eye most of all that goes on: whom one talks to, who was put on hold, who rings. */
export const foremost = (calls: MyCall[]) => (['talking', 'held', 'ringing'] as const).map((phase) => calls.find((one) => one.phase === phase)).find(Boolean)

export const toFront = (calls: MyCall[], first: MyCall): MyCall[] => (calls[0] === first ? calls : [first, ...calls.filter((one) => one !== first)])

/** Of calls that ended without words only the last one stays when the next comes: its form may still be wanted, those before it were let go by. */
export function staying(calls: MyCall[]): MyCall[] {
  const last = calls.filter((one) => one.phase === 'ended').toSorted((a, b) => b.since - a.since)[0]
  return calls.filter((one) => isLive(one) || one.typed || one === last)
}

/**
 * The call that is shown, first of all: what was just answered or taken up again; when the shown one is over or left, one that goes on or rings.
 * A call that rings waits behind one that goes on. One that was chosen by hand stays, and `writing`: the caret stands in the form of the shown one,
 * which then gives way only to an answer. The order of the rest stays.
 */
export function ordered(before: MyCall[], after: MyCall[], writing: boolean): MyCall[] {
  const phaseOf = (id: string) => before.find((one) => one.call.id === id)?.phase
  const answered = after.find((one) => one.phase === 'talking' && phaseOf(one.call.id) !== 'talking')
  if (answered) return toFront(after, answered)
  const [shown, first] = [before[0], after[0]]
  if (!first || isLive(first)) return after
  const left = shown?.call.id !== first.call.id
  const over = shown !== undefined && isLive(shown)
  const rings = !before.some(isLive)
  if (!left && ((!over && !rings) || writing)) return after
  const next = foremost(after)
  return next ? toFront(after, next) : after
}
