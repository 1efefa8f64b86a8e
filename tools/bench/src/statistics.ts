/** The value below which so many percent of the sorted values lie (nearest rank). */
export function percentile(sorted: readonly number[], percent: number): number {
  if (sorted.length === 0) return Number.NaN
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)]!
}
