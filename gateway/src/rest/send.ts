import { status, type Client, type ClientUnaryCall, type Metadata, type ServiceError } from '@grpc/grpc-js'

export type Sending = {
  path: string
  bytes: Uint8Array
  metadata: Metadata
  deadline: number
  /** Doing it twice is doing it once. */
  repeatable: boolean
}

const TRIES = 4

/**
 * One call. What a policy of the channel cannot repeat is sent again here: a call that an ageing connection refused
 * before the service saw it, whatever it is (grpc-js does so once, and in a row of ageing connections that is too few);
 * and a repeatable one whose server was killed in the middle of its answer.
 * @param begun is told of each try, to cancel it.
 */
export async function send(client: Client, sending: Sending, begun: (call: ClientUnaryCall) => void = () => {}): Promise<Buffer> {
  for (let tries = TRIES; ; tries--) {
    try {
      return await attempt(client, sending, begun)
    } catch (error) {
      const again = isRefused(error as ServiceError) || (sending.repeatable && isCut(error as ServiceError))
      if (!again || tries === 1) throw error
    }
  }
}

function attempt(client: Client, { path, bytes, metadata, deadline }: Sending, begun: (call: ClientUnaryCall) => void): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const done = (error: ServiceError | null, value?: Buffer) => (error === null ? resolve(value!) : reject(error))
    begun(client.makeUnaryRequest(path, toBuffer, identity, bytes, metadata, { deadline }, done))
  })
}

/** What grpc-js makes of REFUSED_STREAM: by HTTP/2 the other side has done nothing with it. */
function isRefused({ code, details }: ServiceError): boolean {
  return code === status.UNAVAILABLE && details === 'Stream refused by server'
}

/** RST_STREAM with CANCEL; our own cancelling has other words. */
function isCut({ code, details }: ServiceError): boolean {
  return code === status.CANCELLED && details === 'Call cancelled'
}

/** grpc-js sends only a Buffer; a plain Uint8Array ends as INTERNAL. */
export function toBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

export function identity(bytes: Buffer): Buffer {
  return bytes
}
