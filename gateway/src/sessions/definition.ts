import { SessionServiceService, type SessionServiceServer } from '@vitrylo/proto/vitrylo/sessions/v1/session_service.ts'
import { defineService, serve } from '@vitrylo/service'
import { sessionService } from './session-service.ts'

/** The gateway's own part of the contract: it is served as every other, beside the doors that it is reached through. */
export const sessions = defineService({
  name: 'sessions',
  migrations: new URL('../../migrations/', import.meta.url),
  rpc: (deps) => [serve<SessionServiceServer>(SessionServiceService, sessionService(deps))],
})
