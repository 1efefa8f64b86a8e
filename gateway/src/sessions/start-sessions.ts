import { admitAnyPeer, startGrpcServer, type Deps, type GrpcServer, type Readiness, type Recorder } from '@vitrylo/service'
import type { Verify } from '@vitrylo/auth'
import { sessions } from './definition.ts'

type Options = Deps & { verify: Verify; readiness: Readiness; maxAgeMs: number; audit: Recorder }

/**
 * Serves the gateway's own part of the contract to this process alone. It passes through a server like any other service, so
 * that rights, limits, idempotency and errors are decided where they always are.
 */
export function startSessionService({ verify, readiness, maxAgeMs, audit, ...deps }: Options): Promise<GrpcServer> {
  const config = { grpcListen: '127.0.0.1:0', grpcMaxAgeMs: maxAgeMs, drainMs: 1_000, tls: undefined }
  return startGrpcServer({ config, served: sessions.rpc(deps), around: { ...deps, verify, admitPeer: admitAnyPeer, audit }, readiness })
}
