import { Client, credentials, Metadata, type ServiceError } from '@grpc/grpc-js'
import { fromStatus } from '@vitrylo/errors'
import type { OutgoingEvent } from '@vitrylo/events'
import { CounterpartyChangedEvent, CounterpartyCreatedEvent } from '@vitrylo/proto/events.ts'
import { Counterparty } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty.ts'
import { CreateImportRequest, type Import, type ImportError, type ImportRules } from '@vitrylo/proto/vitrylo/imports/v1/import.ts'
import { OpportunityImportServiceService as Imports } from '@vitrylo/proto/vitrylo/sales/v1/opportunity_import_service.ts'
import { branches, people, until, type PersonName, type TestService } from '@vitrylo/testkit'

type Responsible = 'nadia' | 'bohdan'
const branchOf: Record<Responsible, string> = { nadia: branches.kyiv, bohdan: branches.lviv }

/** What contacts tells of a counterparty. */
export function client(id: string, displayName: string, responsible: Responsible, revision = 1, more: object = {}): OutgoingEvent {
  const counterparty = Counterparty.fromPartial({ id, displayName, responsibleId: people[responsible].id, branchId: branchOf[responsible], ...more })
  return { type: revision === 1 ? CounterpartyCreatedEvent : CounterpartyChangedEvent, key: id, revision, data: { counterparty, actorId: '', changedFields: [] } }
}

type Run = { as?: PersonName | 'machine'; defaults?: Record<string, string>; dryRun?: boolean; rules?: ImportRules }

/** Imports a file of opportunities and waits for its end. */
export async function importFile(service: TestService, text: string, { as = 'machine', defaults = {}, dryRun = false, rules }: Run = {}): Promise<{ done: Import; errors: ImportError[] }> {
  const { id } = await service.call(Imports.createImport, CreateImportRequest.fromPartial({ import: { kind: 'opportunity', defaults, rules } }), { as })
  await upload(service, id, Buffer.from(text), as)
  await service.call(Imports.runImport, { id, dryRun }, { as })
  const done = await until(async () => {
    const row = await service.call(Imports.getImport, { id }, { as })
    return row.state === 'IMPORT_STATE_RUNNING' ? undefined : row
  }, { timeoutMs: 60_000 })
  const { errors } = await service.call(Imports.listImportErrors, { importId: id, pageSize: 0, pageToken: '' }, { as })
  return { done, errors }
}

/** Takes an import back and waits for the end of it. */
export async function undoImport(service: TestService, id: string, as: PersonName | 'machine' = 'machine'): Promise<Import> {
  await service.call(Imports.undoImport, { id }, { as })
  return until(async () => {
    const row = await service.call(Imports.getImport, { id }, { as })
    return row.state === 'IMPORT_STATE_UNDOING' ? undefined : row
  }, { timeoutMs: 60_000 })
}

export const conflictsOf = async (service: TestService, importId: string) =>
  (await service.call(Imports.listImportConflicts, { importId, pageSize: 0, pageToken: '' }, { as: 'machine' })).conflicts
    .map(({ displayName, field, rule, kind }) => `${displayName} ${field} ${rule} ${kind}`).sort()

async function upload(service: TestService, id: string, data: Buffer, as: string): Promise<void> {
  const grpc = new Client(service.address, credentials.createInsecure())
  const metadata = new Metadata()
  metadata.set('authorization', `Bearer ${await service.token(as, as === 'machine' ? { groups: ['integrations'] } : {})}`)
  const { path, requestSerialize, responseDeserialize } = Imports.uploadImport
  try {
    await new Promise<void>((resolve, reject) => {
      const stream = grpc.makeClientStreamRequest(path, requestSerialize, responseDeserialize, metadata, (error: ServiceError | null) =>
        error === null ? resolve() : reject(fromStatus(error)),
      )
      for (let at = 0; at < data.length; at += 65_536) stream.write({ id: at === 0 ? id : '', data: data.subarray(at, at + 65_536) })
      stream.end()
    })
  } finally {
    grpc.close()
  }
}
