import { registerHooks } from 'node:module'

// Preloaded by a test: tells which packages of OpenTelemetry a process loads.
registerHooks({
  resolve(specifier, context, next) {
    const found = next(specifier, context)
    const [, name] = /node_modules\/@opentelemetry\/([\w-]+)/.exec(found.url) ?? []
    if (name !== undefined) process.stderr.write(`loads ${name}\n`)
    return found
  },
})
