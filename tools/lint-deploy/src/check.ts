/** What a check has to say: nothing when all is well, or why it could not be made. */
export type Outcome = { faults: string[]; passed?: number; skipped?: string }
export type Check = { name: string; run(): Outcome }

export const fine: Outcome = { faults: [] }
export const faulty = (text: string): Outcome => ({ faults: text.trim() === '' ? [] : [text.trim()] })

/** Runs all, so that one answer names everything that is wrong. The last line counts. */
export function runAll(checks: readonly Check[]): boolean {
  const count = { passed: 0, failed: 0, skipped: 0 }
  for (const { name, run } of checks) {
    const { faults, passed = 1, skipped } = attempt(run)
    if (skipped !== undefined) {
      count.skipped++
      console.log(`skipped ${name}: ${skipped}`)
    } else if (faults.length > 0) {
      count.failed++
      console.log(`FAILED  ${name}\n${faults.join('\n')}`)
    } else {
      count.passed += passed
      console.log(`ok      ${name}`)
    }
  }
  console.log(`Tests: ${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`)
  return count.failed === 0
}

function attempt(run: () => Outcome): Outcome {
  try {
    return run()
  } catch (error) {
    return { faults: [error instanceof Error ? error.message : String(error)] }
  }
}
