import { startComponent } from './components.ts'
import type { ComponentName } from './environments.ts'

// One part as a process of its own. The launcher decides when it ends: Ctrl-C in the terminal reaches this process too
// and must not tear the parts down in whatever order; when the launcher itself is gone, so are we.
process.on('SIGINT', () => {})
const { stop } = await startComponent(process.argv[2] as ComponentName, process.env)
let ending = false
const end = (): void => {
  if (ending) return
  ending = true
  stop().then(
    () => process.exit(0),
    () => process.exit(1),
  )
}
process.on('SIGTERM', end)
process.on('disconnect', end)
if (process.connected) process.send?.('ready')
else end()
