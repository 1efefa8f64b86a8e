export { startGateway, type Gateway } from './start-gateway.ts'
export { loadConfig, type Config } from './config.ts'
export { applyRealmOf } from './realm.ts'
export { sessions } from './sessions/definition.ts'
