import type { User } from './users.ts'

/** What Keycloak's mappers of the realm put into access, id and userinfo answers alike. */
export function userClaims(user: User) {
  return {
    sub: user.id,
    preferred_username: user.username,
    name: user.name || user.username,
    email: user.email ?? undefined,
    email_verified: user.email ? true : undefined,
    groups: user.groups,
    realm_access: { roles: ['crm-user'] },
  }
}

const CLAIMS = ['typ', 'azp', 'preferred_username', 'name', 'email', 'email_verified', 'groups', 'realm_access']

/** Keycloak gives profile and e-mail with plain `openid` too: its default scopes do that. */
export const claimsByScope = { openid: ['sub', ...CLAIMS], profile: ['name'], email: ['email'], roles: ['realm_access'] }
