import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { pino } from 'pino'
import { checkIssuer } from '../src/check-issuer.ts'
import { createReadiness, type Readiness } from '../src/readiness.ts'

let server: Server
let answer: { status: number; body: object }
let url: string
let readiness: Readiness
let ending: AbortController

beforeEach(async () => {
  server = createServer((_request, response) => void response.writeHead(answer.status).end(JSON.stringify(answer.body)))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/realms/vitrylo`
  readiness = createReadiness(pino({ level: 'silent' }))
  readiness.started()
  ending = new AbortController()
})
afterEach(() => {
  ending.abort()
  server.closeAllConnections()
  server.close()
})

const check = () => checkIssuer({ config: { oidcIssuer: 'https://id.example.ua/realms/vitrylo', oidcInternalUrl: url }, readiness, signal: ending.signal })

test('an issuer that calls itself as the setting says is fine', async () => {
  answer = { status: 200, body: { issuer: 'https://id.example.ua/realms/vitrylo' } }
  await check()
  expect(await readiness.look()).toEqual({ ready: true, reasons: [], notes: [] })
})

test('an issuer of another name refuses the start', async () => {
  answer = { status: 200, body: { issuer: 'https://id.example.ua/realms/other' } }
  await expect(check()).rejects.toThrow(`setting VITRYLO_OIDC_ISSUER is https://id.example.ua/realms/vitrylo, but the identity provider at ${url} calls itself https://id.example.ua/realms/other`)
})

test('a realm that is not there yet is waited for, and readiness says so', async () => {
  answer = { status: 404, body: {} }
  await check()
  expect(await readiness.look()).toEqual({ ready: false, reasons: [`no realm is at ${url} (VITRYLO_OIDC_INTERNAL_URL); run the command realm, or name the right one`], notes: [] })
})

test('an issuer that does not answer takes nobody out of rotation', async () => {
  server.closeAllConnections()
  server.close()
  await check()
  expect(await readiness.look()).toEqual({ ready: true, reasons: [], notes: [`the identity provider at ${url} does not answer`] })
})
