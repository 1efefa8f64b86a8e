import { createServer, type Server } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { asClient } from '../src/client-secrets.ts'

let issuer: Server
let secret = 'one'
let asked: string[] = []
let origin: string

beforeAll(async () => {
  issuer = createServer((request, response) => {
    const given = Buffer.from(request.headers.authorization!.slice(6), 'base64').toString().replace(/^[^:]*:/, '')
    asked.push(decodeURIComponent(given))
    response.writeHead(decodeURIComponent(given) === secret ? 200 : 401).end('{}')
  })
  issuer.listen(0, '127.0.0.1')
  await once(issuer, 'listening')
  origin = `http://127.0.0.1:${(issuer.address() as AddressInfo).port}`
})

afterAll(() => void issuer.close())

test('a secret changes without a refused request: the list first, then the issuer, then the list again', async () => {
  let known = ['one']
  const send = asClient('gateway', () => known)
  const status = async () => {
    asked = []
    return (await send((authorization) => fetch(origin, { headers: { authorization } }))).status
  }
  expect([await status(), asked]).toEqual([200, ['one']])
  known = ['two: a+secret/', 'one']
  expect([await status(), asked]).toEqual([200, ['one']]) // what was good is asked first
  secret = 'two: a+secret/'
  expect([await status(), asked]).toEqual([200, ['one', 'two: a+secret/']])
  expect([await status(), asked]).toEqual([200, ['two: a+secret/']])
  known = ['two: a+secret/']
  expect([await status(), asked]).toEqual([200, ['two: a+secret/']])
  known = ['three', 'four']
  expect([await status(), asked]).toEqual([401, ['three', 'four']])
})
