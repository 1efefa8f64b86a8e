import { AppError } from '@vitrylo/errors'

const AWAY = 'the database does not answer; try again in a moment'
const FULL = 'the disk of the database is full; what was saved is safe, saving goes on as soon as there is room'
const NETWORK = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EHOSTUNREACH'])
// 08 connection, 53 memory, too many connections, 57P shutdown or recovery, 58 input/output.
const UNAVAILABLE = /^(08|28|53|57P|58)/
const DISK_FULL = '53100'
const GAVE_UP = new Set(['57014', '55P03'])
// A text that is no uuid, time or number, or holds a zero byte: only a forged page token brings one this far.
const UNREADABLE = new Set(['22P02', '22007', '22008', '22003', '22021', '22P05'])
const LOST_RACE = new Set(['40001', '40P01'])

/** What callers may know of an error of the store. Anything that is not known is a bug and stays as it is. */
export function fromStore(error: unknown): unknown {
  if (error instanceof AppError || !(error instanceof Error)) return error
  const { code, syscall } = error as { code?: unknown; syscall?: unknown }
  const text = typeof code === 'string' ? code : ''
  if (GAVE_UP.has(text)) return new AppError('DEADLINE_EXCEEDED', 'STORE_TIMEOUT', 'the database took too long', {}, [], error)
  if (LOST_RACE.has(text)) return new AppError('ABORTED', 'LOST_RACE', 'somebody changed the same; try again', {}, [], error)
  if (UNREADABLE.has(text)) return new AppError('INVALID_ARGUMENT', 'VALUE_UNREADABLE', 'a value cannot be read', {}, [], error)
  if (text === DISK_FULL) return new AppError('UNAVAILABLE', 'STORE_FULL', FULL, {}, [], error)
  const gone = /Connection terminated|timeout exceeded when trying to connect|^timeout expired$|Client has encountered a connection error/
  // A socket in the file system is absent, or its queue is full, when the server is away.
  if (syscall === 'connect' || NETWORK.has(text) || UNAVAILABLE.test(text) || gone.test(error.message)) {
    return new AppError('UNAVAILABLE', 'STORE_UNAVAILABLE', AWAY, {}, [], error)
  }
  return error
}
