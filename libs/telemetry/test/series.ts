export type Series = { name: string; type: string; unit: string; labels: string[]; samples: string[] }

/** Metrics as they stand in a text of Prometheus; the series of a histogram count as one. */
export function seriesOf(text: string): Series[] {
  const series = new Map<string, Series>()
  const units = new Map<string, string>()
  for (const line of text.split('\n')) {
    const [, unitOf, unit] = /^# UNIT (\S+) (\S+)$/.exec(line) ?? []
    if (unitOf !== undefined) units.set(unitOf, unit!)
    const [, typed, type] = /^# TYPE (\S+) (\S+)$/.exec(line) ?? []
    if (typed !== undefined) series.set(typed, { name: typed, type: type!, unit: units.get(typed) ?? '', labels: [], samples: [] })
    const [, sample, labels = ''] = /^([a-z][\w:]*)(?:\{(.*)\})? \S+$/.exec(line) ?? []
    if (sample === undefined) continue
    const of = series.get(sample) ?? series.get(sample.replace(/_(bucket|sum|count)$/, ''))
    if (of === undefined) throw new Error(`a sample without a type: ${line}`)
    of.samples.push(line)
    const names = [...labels.matchAll(/(\w+)="/g)].map(([, name]) => name!).filter((name) => of.type !== 'histogram' || name !== 'le')
    of.labels = [...new Set([...of.labels, ...names])].sort()
  }
  return [...series.values()]
}
