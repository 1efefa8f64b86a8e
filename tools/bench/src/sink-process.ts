import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

// A collector that takes everything and keeps nothing, in a process of its own.
const server = createServer((request, response) => request.resume().on('end', () => response.end()))
server.listen(0, '127.0.0.1', () => process.send!({ port: (server.address() as AddressInfo).port }))
process.on('disconnect', () => process.exit(0))
