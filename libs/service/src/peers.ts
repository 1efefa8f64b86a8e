import { AppError } from '@vitrylo/errors'

/** Whether the process at the other end may call the method; throws when it may not. Gives its name where it is proved. */
export type AdmitPeer = (call: object, path: string) => string | undefined

/** The one that may say for whom it calls: it alone sees the client. */
export const GATEWAY = 'gateway'

type WithPeer = { getAuthContext(): { sslPeerCertificate?: { subjectaltname?: string } } }

/**
 * Identity by certificate: the first DNS name of the peer's, `gateway`. What it may call stands in VITRYLO_GRPC_PEERS;
 * a peer that is not named there may call nothing. The user's rights are judged afterwards, as ever.
 */
export function admitPeers(peers: Readonly<Record<string, readonly string[]>>): AdmitPeer {
  return (call, path) => {
    const peer = peerOf((call as WithPeer).getAuthContext().sslPeerCertificate?.subjectaltname)
    const method = path.slice(1).replace('/', '.')
    const patterns = (peer !== undefined && Object.hasOwn(peers, peer) && peers[peer]) || []
    if (patterns.some((pattern) => fits(pattern, method))) return peer
    const name = peer ?? 'without a name'
    throw new AppError('PERMISSION_DENIED', 'PEER_REFUSED', `the peer ${name} may not call ${method}`, { peer: name, method })
  }
}

/** Methods in one process need no gate. */
export const admitAnyPeer: AdmitPeer = () => undefined

/** node puts odd values into quotes: what stands inside them is no name of its own. */
function peerOf(names = ''): string | undefined {
  return /(?:^|, )DNS:([^,]+)/.exec(names.replaceAll(/"(?:[^"\\]|\\.)*"/g, ''))?.[1]
}

/** `*` or `vitrylo.contacts.v1.*` or the whole name. */
function fits(pattern: string, method: string): boolean {
  return pattern.endsWith('*') ? method.startsWith(pattern.slice(0, -1)) : pattern === method
}
