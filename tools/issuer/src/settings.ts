import type { Logger } from './log.ts'

export type ClientSettings = {
  id: string
  secret: string
  /** Present: people sign in through this client. */
  redirectUris?: string[]
  postLogoutRedirectUris?: string[]
  /** Present: the client has a service account in these groups. */
  serviceAccountGroups?: string[]
}

export type IssuerSettings = {
  /** Where browsers find it, without a path: http://127.0.0.1:8080. The issuer is `<origin>/realms/vitrylo`. */
  origin: string
  databaseUrl: string
  /** 0: any free port. */
  port: number
  host?: string
  clients: ClientSettings[]
  /** The gateway's `/auth/backchannel-logout`. */
  backchannelLogoutUrl: string
  /** The gateway's `/auth/security-events`: it is told of refused sign-ins there. */
  securityEventsUrl: string
  log?: Logger
}

export const REALM_PATH = '/realms/vitrylo'
export const PROTOCOL_PATH = '/protocol/openid-connect'
export const AUDIENCE = 'vitrylo-api'
export const SCOPES = 'openid profile email roles'
/** A sign-in lasts a working day at most. */
export const SESSION_SECONDS = 12 * 60 * 60
export const TOKEN_SECONDS = 5 * 60
