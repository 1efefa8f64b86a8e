export { migrations, startIssuer } from './start-issuer.ts'
export { followDirectory } from './follow-directory.ts'
export { applyEmployee, changedPasswords, hasUsers, seedUser } from './users.ts'
