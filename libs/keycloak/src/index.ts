export { createAdminApi, KeycloakError, type AdminApi, type Credentials } from './admin-api.ts'
export { applyRealm } from './apply-realm.ts'
export { readRealmFile, type RealmFile } from './realm-file.ts'
export { disableAccount, ensureGroup, findUser, saveAccount, setPassword, signOut, type Account } from './users.ts'
