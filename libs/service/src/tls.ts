import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { credentials, experimental, ServerCredentials, type ChannelCredentials } from '@grpc/grpc-js'
import type { TlsFiles } from './config.ts'
import { Refusal } from './settings.ts'

const REREAD_MS = 2_000

/** Mutual TLS; a changed certificate is taken for new connections, those that are open go on. */
export function serverCredentials(tls: TlsFiles | undefined): ServerCredentials {
  if (tls === undefined) return ServerCredentials.createInsecure()
  const files = certificatesOf(tls)
  return experimental.createCertificateProviderServerCredentials(files, files, true)
}

/** The same for callers: the server must show a certificate of our authority. */
export function channelCredentials(tls: TlsFiles | undefined): ChannelCredentials {
  if (tls === undefined) return credentials.createInsecure()
  const files = certificatesOf(tls)
  return experimental.createCertificateProviderChannelCredentials(files, files)
}

type Material = experimental.IdentityCertificateUpdate & experimental.CaCertificateUpdate

const shared = new Map<string, experimental.CertificateProvider>()

/** One reader per set of files, however many channels there are. */
function certificatesOf(tls: TlsFiles): experimental.CertificateProvider {
  const key = JSON.stringify(tls)
  const provider = shared.get(key) ?? watch(tls)
  shared.set(key, provider)
  return provider
}

/**
 * grpc-js's own FileWatcherCertificateProvider forgets a good pair while the files are being changed, and then refuses
 * every connection. This one goes on with the last pair that fitted.
 */
function watch(tls: TlsFiles): experimental.CertificateProvider {
  let current = read(tls)
  const authorityListeners = new Set<(update: Material) => void>()
  const identityListeners = new Set<(update: Material) => void>()
  const timer = setInterval(() => {
    const fresh = readOrKeep(tls, current)
    if (fresh === current) return
    current = fresh
    for (const listener of authorityListeners) listener(current)
    for (const listener of identityListeners) listener(current)
  }, REREAD_MS)
  timer.unref()
  // Told a moment later: grpc-js is not ready to hear while it asks.
  const begin = (listeners: Set<(update: Material) => void>, listener: (update: Material) => void): void => {
    listeners.add(listener)
    process.nextTick(() => listener(current))
  }
  return {
    addCaCertificateListener: (listener) => begin(authorityListeners, listener),
    removeCaCertificateListener: (listener) => void authorityListeners.delete(listener),
    addIdentityCertificateListener: (listener) => begin(identityListeners, listener),
    removeIdentityCertificateListener: (listener) => void identityListeners.delete(listener),
  }
}

function readOrKeep(tls: TlsFiles, current: Material): Material {
  try {
    const fresh = read(tls)
    const isSame = fresh.certificate.equals(current.certificate) && fresh.caCertificate.equals(current.caCertificate)
    return isSame ? current : fresh
  } catch {
    return current // between two of the files; the next look finds all of them
  }
}

function read({ certFile, keyFile, caFile }: TlsFiles): Material {
  const material = { certificate: readFileSync(certFile), privateKey: readFileSync(keyFile), caCertificate: readFileSync(caFile) }
  const certificate = parse('VITRYLO_TLS_CERT_FILE', certFile, () => new X509Certificate(material.certificate))
  const key = parse('VITRYLO_TLS_KEY_FILE', keyFile, () => createPrivateKey(material.privateKey))
  parse('VITRYLO_TLS_CA_FILE', caFile, () => new X509Certificate(material.caCertificate))
  if (!certificate.checkPrivateKey(key)) throw new Refusal(`setting VITRYLO_TLS_KEY_FILE: the key ${keyFile} does not belong to the certificate ${certFile}`)
  return material
}

function parse<T>(key: string, path: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw new Refusal(`setting ${key}: the file ${path} holds no ${key.includes('_KEY_') ? 'private key' : 'certificate'} in PEM`, { cause: error })
  }
}
