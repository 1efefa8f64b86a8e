import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export type Authority = { file: string; issue(name: string, into: string): Files }
export type Files = { certFile: string; keyFile: string; caFile: string }

const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: 'pipe' })
const EC = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']

/** An authority of its own, with which a test issues what it wants. */
export function createAuthority(dir: string, name: string): Authority {
  mkdirSync(dir, { recursive: true })
  const [file, key] = [join(dir, `${name}.crt`), join(dir, `${name}.key`)]
  openssl('req', '-x509', ...EC, '-keyout', key, '-out', file, '-days', '2', '-subj', `/CN=${name}`)
  return {
    file,
    /** Writes as kubelet does: what stands there is whole at every moment. */
    issue(peer, into) {
      mkdirSync(into, { recursive: true })
      const [request, extensions] = [join(into, 'request'), join(into, 'extensions')]
      writeFileSync(extensions, `subjectAltName=DNS:${peer},DNS:${peer}.crm.svc\n`)
      openssl('req', ...EC, '-keyout', join(into, 'tls.key.new'), '-out', request, '-subj', '/CN=ignored')
      openssl('x509', '-req', '-in', request, '-CA', file, '-CAkey', key, '-days', '2', '-extfile', extensions, '-out', join(into, 'tls.crt.new'))
      copyFileSync(file, join(into, 'ca.crt.new'))
      for (const part of ['tls.key', 'tls.crt', 'ca.crt']) renameSync(join(into, `${part}.new`), join(into, part))
      return { certFile: join(into, 'tls.crt'), keyFile: join(into, 'tls.key'), caFile: join(into, 'ca.crt') }
    },
  }
}
