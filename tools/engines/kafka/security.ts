import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** A user and files: `brokerStore` holds key and certificate of the broker, `cert` and `key` are a client's. */
export type Security = { username: string; password: string; ca: string; cert: string; key: string; brokerStore: string }

/** An authority of its own with a certificate for the broker and one for a client; undefined without openssl. */
export async function makeSecurity(folder: string): Promise<Security | undefined> {
  if (!(await run('openssl', ['version']).then(() => true, () => false))) return undefined
  const file = (name: string) => join(folder, name)
  const key = (name: string) => ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', file(`${name}.key`)]
  const issue = async (name: string, more: string[]) => {
    const request = ['req', '-x509', ...key(name), '-subj', `/CN=${name}`, '-days', '2', '-out', file(`${name}.pem`)]
    await run('openssl', [...request, ...more])
  }
  const by = ['-CA', file('ca.pem'), '-CAkey', file('ca.key'), '-addext', 'basicConstraints=critical,CA:FALSE']
  await issue('ca', ['-addext', 'keyUsage=critical,keyCertSign'])
  await issue('broker', [...by, '-addext', 'subjectAltName=DNS:localhost'])
  await issue('client', by)
  const [brokerKey, broker] = await Promise.all(['broker.key', 'broker.pem'].map((name) => readFile(file(name), 'utf8')))
  await writeFile(file('broker-store.pem'), `${brokerKey}${broker}`)
  return {
    username: 'vitrylo',
    password: randomBytes(12).toString('hex'),
    ca: file('ca.pem'),
    cert: file('client.pem'),
    key: file('client.key'),
    brokerStore: file('broker-store.pem'),
  }
}
