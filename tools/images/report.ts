export type Report = {
  /** Says whether a sentence holds, with the figure that was found. */
  say(holds: boolean, sentence: string, found?: string): void
  /** The exit code. */
  end(): number
}

export function createReport(): Report {
  const seen = { holds: 0, fails: 0 }
  return {
    say(holds, sentence, found) {
      seen[holds ? 'holds' : 'fails']++
      console.log(`${holds ? 'ok    ' : 'FAILED'} ${sentence}${found === undefined ? '' : `: ${found}`}`)
    },
    end() {
      console.log(`${seen.holds} hold, ${seen.fails} fail`)
      return seen.fails === 0 ? 0 : 1
    },
  }
}
