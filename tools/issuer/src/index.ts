export { migrations, startIssuer } from './start-issuer.ts'
export { directoryHandlers, followDirectory, GROUP } from './follow-directory.ts'
export { applyEmployee, changedPasswords, hasUsers, seedUser } from './users.ts'
