import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { fetchToken, type Access } from '../../demo/src/load/api.ts'
import type { Random } from '../../demo/src/random.ts'

/** A write that was acknowledged: the answer came, whole. */
export type Ack = { kind: 'counterparty' | 'opportunity' | 'win'; marker: string; id: string }

export type Writer = {
  acks: Ack[]
  /** Sent, but given up without an answer: may be there once or not at all. */
  unknown: string[]
  attempts: number
  /** Answers that said no for a while, by status and reason. */
  refusals: Record<string, number>
  /** Refusals that no fault explains. */
  wrong: string[]
}

export type WriterOptions = { access: Access; random: Random; ownerId: string; writes: number; lanes: number; isOver(): boolean }

const PATIENCE_MS = 60_000

/** Writes through the public API; whatever is not answered is sent again under its Idempotency-Key. */
export async function writeOn({ access, random, ownerId, writes, lanes, isOver }: WriterOptions): Promise<Writer> {
  const writer: Writer = { acks: [], unknown: [], attempts: 0, refusals: {}, wrong: [] }
  const clients: string[] = []
  const open: string[] = []
  const send = sender(access, writer)
  let serial = 0

  async function step(): Promise<void> {
    const marker = `збій-${serial++}`
    const dice = random.next()
    const client = clients.length > 0 ? random.pick(clients) : undefined
    if (dice < 0.5 || client === undefined) {
      const saved = await send('counterparty', marker, 'counterparties', { kind: 'organisation', displayName: marker, responsibleId: ownerId })
      if (saved !== undefined) clients.push(saved)
    } else if (dice < 0.85 || open.length === 0) {
      const saved = await send('opportunity', marker, 'opportunities', { title: marker, counterpartyId: client, ownerId })
      if (saved !== undefined) open.push(saved)
    } else {
      const [id] = open.splice(random.int(0, open.length - 1), 1)
      await send('win', marker, `opportunities/${id}:win`, {})
    }
  }

  const lane = async (): Promise<void> => {
    // A product that refuses everything is reported, not asked for ever.
    while ((writer.acks.length < writes || !isOver()) && writer.wrong.length < 20) await step()
  }
  await Promise.all(Array.from({ length: lanes }, lane))
  return writer
}

type Send = (kind: Ack['kind'], marker: string, path: string, body: object) => Promise<string | undefined>

function sender(access: Access, writer: Writer): Send {
  let token: string | undefined
  return async (kind, marker, path, body) => {
    const headers = { 'content-type': 'application/json', 'idempotency-key': randomUUID() }
    for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline; await delay(50)) {
      writer.attempts++
      try {
        token ??= await fetchToken(access)
        const response = await fetch(`${access.origin}/api/v1/${path}`, {
          method: 'POST',
          headers: { ...headers, authorization: `Bearer ${token}` },
          body: JSON.stringify(body),
          signal: AbortSignal.timeout(10_000),
        })
        const answer = (await response.json()) as { id: string; reason?: string; errors?: { rule: string }[] }
        if (response.ok) {
          writer.acks.push({ kind, marker, id: answer.id })
          return answer.id
        }
        const refusal = `${response.status} ${answer.reason ?? ''}`
        writer.refusals[refusal] = (writer.refusals[refusal] ?? 0) + 1
        if (response.status === 401) token = undefined
        else if (!isPassing(response.status, answer.errors)) {
          writer.wrong.push(`${kind} ${marker}: ${response.status} ${JSON.stringify(answer)}`)
          return undefined
        }
      } catch {
        // No answer, half an answer, no token: the same again.
      }
    }
    writer.unknown.push(marker)
    return undefined
  }
}

/** Answers that a fault explains, and a client that sales has not heard of yet. */
function isPassing(status: number, errors: { rule: string }[] = []): boolean {
  if (status >= 500 || status === 429 || status === 409) return true
  return status === 400 && errors.length > 0 && errors.every(({ rule }) => rule === 'reference')
}
