import type { Claims, RightsStore } from '@vitrylo/auth'
import type { Bus } from '@vitrylo/events'
import type { Pool } from '@vitrylo/pg'
import type { FastifyRequest } from 'fastify'
import type { Logger } from 'pino'
import { saveBulkRead, tellBulkReads, type Reader } from './bulk-read-sql.ts'
import { createReadMeter } from './read-meter.ts'

/** Notes how many records a request has read. */
export type NoteRead = (request: FastifyRequest, records: number) => void

type Deps = { pool: Pool; bus: Bus; rights: RightsStore; log: Logger; now(): number; /** Records in an hour where no group sets it; 0: nobody is told. */ usual: number }

/**
 * Tells administrators of who reads more than is usual. Counted in memory; a statement is made only when somebody goes
 * over, once in an hour.
 */
export function createBulkReads({ pool, bus, rights, log, now, usual }: Deps): { note: NoteRead; tellAgain(): Promise<void> } {
  const meter = createReadMeter(now)
  const tell = () => tellBulkReads(pool, bus, rights.data())
  const alarm = async (reader: Reader) => {
    if (await saveBulkRead(pool, reader, new Date(now()))) await tell()
  }
  return {
    note(request, records) {
      const claims = request.identity?.claims
      if (claims === undefined || records === 0) return
      const caller = rights.callerOf(claims)
      const threshold = caller.bulkReadsPerHour ?? usual
      if (threshold === 0) return
      const { employeeId, integration, username } = caller
      const key = integration?.id ?? employeeId ?? subjectOf(claims)
      meter(key, threshold, records, (read) => {
        const reader = { key, username, employeeId, integrationId: integration?.id, records: read, threshold, address: request.ip }
        alarm(reader).catch((err: unknown) => log.warn({ err }, 'a bulk read could not be told, will try again'))
      })
    },
    tellAgain: tell,
  }
}

const subjectOf = ({ subject }: Claims): string => `subject ${subject}`
