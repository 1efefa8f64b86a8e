export { migrations, startIssuer } from './start-issuer.ts'
export type { ClientSettings, IssuerSettings } from './settings.ts'
export { applyEmployee, seedUser } from './users.ts'
export type { Employee, NewUser } from './users.ts'
