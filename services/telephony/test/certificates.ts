import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export type Certificate = { cert: string; key: string }

/** Certificates of an exchange: one that it signed itself, and one of an authority that names 127.0.0.1. */
export function makeCertificates(): { authority: string; signed: Certificate; own: Certificate } {
  const dir = mkdtempSync(join(tmpdir(), 'vitrylo-certificates-'))
  const request = (name: string, subject: string, ...more: string[]): Certificate => {
    const [cert, key] = [join(dir, `${name}.pem`), join(dir, `${name}.key`)]
    const common = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', `/CN=${subject}`, '-keyout', key, '-out', cert]
    execFileSync('openssl', [...common, ...more], { stdio: 'pipe' })
    return { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') }
  }
  try {
    const authority = request('authority', 'Test authority')
    const signer = ['-CA', join(dir, 'authority.pem'), '-CAkey', join(dir, 'authority.key')]
    const signed = request('signed', 'pbx', '-addext', 'subjectAltName=IP:127.0.0.1', '-addext', 'basicConstraints=critical,CA:FALSE', ...signer)
    return { authority: authority.cert, signed, own: request('own', 'pbx.some.where') }
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

export function hasOpenssl(): boolean {
  try {
    return execFileSync('openssl', ['version'], { encoding: 'utf8', stdio: 'pipe' }).startsWith('OpenSSL 3')
  } catch {
    return false
  }
}
