import { monitorEventLoopDelay } from 'node:perf_hooks'
import { gauge, observe, total } from './instruments.ts'

const DELAY = gauge('nodejs_eventloop_delay_seconds', 'How late the event loop is, since the last scrape', 's')
const MEMORY = gauge('process_resident_memory_bytes', 'Memory of the process', 'By')
const CPU = total('process_cpu_seconds', 'Processor time that the process has used', 's')

const RESOLUTION_MS = 10

/** What any Node process is judged by. The delay is watched only while metrics are kept. */
export function observeProcess(): () => void {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  delay.enable()
  // The timer's own period is in its figures.
  const late = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e9 - RESOLUTION_MS / 1000)
  const unobserve = observe([DELAY, MEMORY, CPU], () => {
    const { user, system } = process.cpuUsage()
    const [p50, p99, max] = [late(delay.percentile(50)), late(delay.percentile(99)), late(delay.max)]
    delay.reset()
    return [
      [DELAY, p50, { quantile: '0.5' }],
      [DELAY, p99, { quantile: '0.99' }],
      [DELAY, max, { quantile: '1' }],
      [MEMORY, process.memoryUsage.rss()],
      [CPU, (user + system) / 1e6],
    ]
  })
  return () => {
    unobserve()
    delay.disable()
  }
}
