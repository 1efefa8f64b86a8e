import { startGateway } from './start-gateway.ts'

const { port, stop } = await startGateway(process.env)
process.send?.({ ready: port })

let asked = false
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    if (asked) process.exit(1)
    asked = true
    stop().then(() => process.exit(0), () => process.exit(1))
  })
}
