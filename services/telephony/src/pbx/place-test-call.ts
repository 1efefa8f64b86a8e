import { AppError, invalid } from '@vitrylo/errors'
import type { Pool } from '@vitrylo/pg'
import type { PlaceTestCallRequest, PlaceTestCallResponse } from '@vitrylo/proto/vitrylo/telephony/v1/pbx_service.ts'
import type { Call } from '@vitrylo/service'
import { createAmiClient } from '../asterisk/ami-client.ts'
import type { LinkState } from '../asterisk/ami-types.ts'
import { somePhone } from '../party/party-sql.ts'
import { addressOf } from './link.ts'
import { getPbx, settingsOf, type PbxSettings } from './pbx-sql.ts'
import type { PbxSecrets } from './secrets.ts'

const CONNECT_MS = 4_000
const WAIT_SECONDS = 30

/** Lets an extension ring as if a client had called the line: whether the card comes can then be seen. */
export async function placeTestCall(
  { pool, secrets }: { pool: Pool; secrets: PbxSecrets },
  { caller }: Call,
  request: PlaceTestCallRequest,
): Promise<PlaceTestCallResponse> {
  const { id } = await getPbx(pool, caller, 'manage', request.id)
  const pbx = (await settingsOf(pool, secrets, id))!
  const own = pbx.extensions.find(({ employeeId }) => employeeId === caller.employeeId)?.extension
  const extension = request.extension || own
  if (extension === undefined) {
    throw invalid([{ field: 'extension', rule: 'required', description: 'no extension of this exchange is yours; name one' }])
  }
  const callerNumber = request.callerNumber || (await somePhone(pool, caller, pbx.branchId!))
  if (callerNumber === undefined) {
    throw invalid([{ field: 'callerNumber', rule: 'required', description: 'no client of the branch has a phone; name a number' }])
  }
  await originate(pbx, extension, callerNumber, request.line)
  return { extension, callerNumber }
}

/** Over a connection of its own: the one that reads events may be held by another process. */
async function originate(pbx: PbxSettings, extension: string, callerNumber: string, line: string): Promise<void> {
  const up = Promise.withResolvers<void>()
  const onState = ({ state, lastError }: LinkState): void => {
    if (state === 'up') up.resolve()
    else if (state !== 'connecting') up.reject(unreachable(lastError))
  }
  const timer = setTimeout(() => up.reject(unreachable('no answer')), CONNECT_MS)
  const client = createAmiClient({ ...addressOf(pbx), onItems: () => {}, onError: () => {}, onState })
  try {
    await up.promise
    const answer = await client.action({
      Action: 'Originate',
      Channel: `Local/${line || extension}@${pbx.testContext || 'default'}`,
      CallerID: callerNumber,
      Application: 'Wait',
      Data: WAIT_SECONDS,
      Async: 'true',
      Variable: [`VITRYLO_EXTENSION=${extension}`, `VITRYLO_LINE=${line}`],
    })
    if (answer.get('Response') !== 'Success') throw unreachable(answer.get('Message'))
  } finally {
    clearTimeout(timer)
    await client.close()
  }
}

const unreachable = (why: string): AppError =>
  new AppError('FAILED_PRECONDITION', 'PBX_REFUSED', `the exchange did not place the call: ${why || 'no reason given'}`, { why })
