import { connect } from 'node:net'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { peopleTheWorld, until } from '@vitrylo/testkit'
import { EventStream } from './event-stream.ts'
import { startRig, type Rig } from './rig.ts'

const SERVICES = Object.fromEntries(['contacts', 'directory', 'sales', 'service-desk', 'telephony'].map((name) => [name, '127.0.0.1:1']))
const PLACES = 3

let rig: Rig

beforeAll(async () => {
  rig = await startRig({ services: SERVICES, env: { VITRYLO_STREAMS_PER_USER: String(PLACES) } })
  await peopleTheWorld(rig.pool)
})

afterAll(() => rig?.stop())

const headersOf = async (user: string) => ({ authorization: `Bearer ${await rig.issuer.token(user)}`, 'last-event-id': '1' })

const open = async (user: string): Promise<EventStream> =>
  EventStream.open(`http://127.0.0.1:${rig.gateway.port}/api/v1/events`, await headersOf(user))

test('streams that are asked for at once share the places of their user', async () => {
  const opened = await Promise.all(Array.from({ length: 20 }, () => open('olena')))
  expect(opened.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([...Array(PLACES).fill(200), ...Array(20 - PLACES).fill(429)])
  opened.forEach((stream) => stream.close())
})

test('a reader who leaves before the stream began keeps no place', async () => {
  const headers = Object.entries(await headersOf('ihor')).map(([name, value]) => `${name}: ${value}\r\n`)
  const leave = () =>
    new Promise<void>((resolve) => {
      const socket = connect(rig.gateway.port, '127.0.0.1')
      socket.on('close', () => resolve()).on('error', () => {})
      socket.end(`GET /api/v1/events HTTP/1.1\r\nhost: localhost\r\n${headers.join('')}\r\n`)
      // Long enough for the request to be read, too short for an answer from the database.
      socket.on('finish', () => setTimeout(() => socket.resetAndDestroy(), Math.random() * 4))
    })
  for (let round = 0; round < 20; round++) await Promise.all(Array.from({ length: PLACES }, leave))
  await until(async () => {
    const streams = await Promise.all(Array.from({ length: PLACES }, () => open('ihor')))
    streams.forEach((stream) => stream.close())
    return streams.every(({ status }) => status === 200)
  })
})
