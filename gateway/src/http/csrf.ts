import { AppError } from '@vitrylo/errors'
import type { FastifyRequest } from 'fastify'

const SAFE = new Set(['GET', 'HEAD'])
const MARK = 'x-vitrylo-request'

/**
 * A change that the browser's cookie vouches for must come from our own page: a header that no form can set, and the
 * browser's word about where the request began. Bearer requests need neither, no browser adds a token by itself.
 */
export function refuseForeignPage({ method, headers }: FastifyRequest, origin: string): void {
  if (SAFE.has(method)) return
  const site = headers['sec-fetch-site']
  if (headers[MARK] !== '1') throw foreign(`the header ${MARK} is missing`)
  if (headers.origin !== undefined && headers.origin !== origin) throw foreign('it was sent by a page of another origin')
  if (site === undefined ? headers.origin !== origin : site !== 'same-origin') throw foreign('its origin is not known')
}

/** A page that somebody is to see is asked for by a browser's window, not by an image or a frame of another page. */
export function refuseNoPage({ headers }: FastifyRequest): void {
  if ((headers['sec-fetch-dest'] ?? 'document') !== 'document') throw foreign('this address is opened as a page, not as a part of one')
}

function foreign(why: string): AppError {
  return new AppError('PERMISSION_DENIED', 'CROSS_SITE_REQUEST', `the request was refused: ${why}`)
}
