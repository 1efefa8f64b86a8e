export type FixedClock = (() => Date) & { set(time: Date | string): void; advance(ms: number): void }

/** A clock that stands still until it is moved. Pass it as `now`. */
export function fixedClock(start: Date | string = '2026-03-02T09:00:00Z'): FixedClock {
  let time = new Date(start).getTime()
  return Object.assign(() => new Date(time), {
    set(next: Date | string) {
      time = new Date(next).getTime()
    },
    advance(ms: number) {
      time += ms
    },
  })
}
