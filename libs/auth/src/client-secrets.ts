/** The secrets of a client at the issuer, the newest first; asked anew each time, so that a change needs no restart. */
export type ClientSecrets = () => readonly string[]

type Send = (authorization: string) => Promise<Response>

const REFUSED = 401

/**
 * Sends as the client. While its secret is being changed, the issuer knows one and we know two: a secret that is refused
 * gives way to the next.
 */
export function asClient(clientId: string, secrets: ClientSecrets): (send: Send) => Promise<Response> {
  let good: string | undefined
  return async (send) => {
    const known = secrets()
    const first = known.find((secret) => secret === good) ?? known[0]
    const order = [first, ...known.filter((secret) => secret !== first)]
    for (const [i, secret] of order.entries()) {
      const response = await send(basic(clientId, secret ?? ''))
      if (response.status === REFUSED && i < order.length - 1) {
        await response.body?.cancel()
        continue
      }
      if (response.status !== REFUSED) good = secret
      return response
    }
    throw new Error('a client has one secret at least')
  }
}

const basic = (id: string, secret: string): string =>
  `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64')}`
