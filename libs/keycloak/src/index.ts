export { createAdminApi, KeycloakError, type AdminApi } from './admin-api.ts'
export { applyRealm } from './apply-realm.ts'
export { readRealmFile } from './realm-file.ts'
export { disableAccount, ensureGroup, findUser, putAside, saveAccount, setPassword } from './users.ts'
