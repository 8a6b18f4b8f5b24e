import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** @typedef {{ certificate: string, key: string, both: string, pem: string }} Certificate Paths of PEM files, and the text of the first. */

/**
 * Makes a certificate of the kind that most sites have (P-256), valid for a day. Throws where openssl is missing.
 *
 * @param {string} folder
 * @returns {Certificate}
 */
export function makeCertificate(folder) {
  const [certificate, key, both] = [join(folder, 'bench.crt'), join(folder, 'bench.key'), join(folder, 'bench.pem')]
  const names = ['-subj', '/CN=bench.example', '-addext', 'subjectAltName=DNS:bench.example,IP:127.0.0.1']
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1']
  const made = spawnSync('openssl', ['req', '-x509', ...kind, ...names, '-keyout', key, '-out', certificate], {
    encoding: 'utf8',
    timeout: 10_000,
  })
  if (made.error) throw new Error('openssl is not installed, which makes the certificate')
  if (made.status !== 0) throw new Error(`openssl: ${made.stderr.trim()}`)
  const pem = readFileSync(certificate, 'utf8')
  writeFileSync(both, pem + readFileSync(key, 'utf8'), { mode: 0o600 })
  return { certificate, key, both, pem }
}
