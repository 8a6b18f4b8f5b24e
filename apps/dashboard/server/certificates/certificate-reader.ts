import type { Certificate } from '@switchyard/core/config/model'
import { type Problem, SwitchyardError } from '@switchyard/core/errors'
import type { Transaction } from '../database/open.ts'
import type { SecretBox } from '../secrets/secret-box.ts'
import { aboutCertificate, type CertificateAbout, readCertificates } from './certificate-about.ts'
import { readPrivateKey } from './private-key.ts'

/** Looks into certificates, as far as that can be done here: files and variables are a node's. */
export interface CertificateReader {
  /** What stands in a certificate; nothing when it cannot be read here. */
  about(certificate: Certificate['certificate'], now: number): CertificateAbout | undefined
  /** What keeps each from being served, at paths relative to it: `key`, `certificate`. */
  check(tx: Transaction, certificates: readonly Certificate[]): Promise<Problem[][]>
}

/** Reading keys and certificates takes a millisecond or so each; so many that were looked at are remembered. */
const mostRemembered = 10_000

export function createCertificateReader(box: SecretBox): CertificateReader {
  const pairs = createMemory<Problem[]>()
  const abouts = createMemory<ReturnType<typeof aboutCertificate>>()

  return {
    about(certificate, now) {
      if (typeof certificate !== 'string') return undefined
      const about = abouts(certificate, () => aboutCertificate(certificate))
      return about && { ...about, daysLeft: Math.floor((Date.parse(about.notAfter) - now) / dayMs) }
    },

    async check(tx, certificates) {
      const names = certificates.flatMap(({ key }) => ('secret' in key ? [key.secret] : []))
      const stored = await tx.secret.findMany({ where: { name: { in: [...new Set(names)] } } })
      const secrets = new Map(stored.map((secret) => [secret.name, secret]))
      return certificates.map(({ certificate, key }) => {
        const pem = typeof certificate === 'string' ? certificate : undefined
        if (!('secret' in key)) return pem === undefined ? [] : pairProblems(pem, undefined)
        const secret = secrets.get(key.secret)
        if (secret === undefined) {
          return [
            ...pairProblems(pem, undefined),
            { path: 'key.secret', message: `there is no secret "${key.secret}"` },
          ]
        }
        return pairs(`${secret.name} ${secret.etag} ${pem ?? ''}`, () =>
          problemsOfPair(pem, () => box.open(secret.name, secret.ciphertext)),
        )
      })
    },
  }
}

const dayMs = 24 * 60 * 60_000

/** Makes what belongs to a key, or remembers it. Once it is full it begins anew. */
function createMemory<T>(): (key: string, make: () => T) => T {
  const known = new Map<string, { made: T }>()
  return (key, make) => {
    const found = known.get(key) ?? { made: make() }
    if (known.size >= mostRemembered) known.clear()
    known.set(key, found)
    return found.made
  }
}

function problemsOfPair(pem: string | undefined, open: () => string): Problem[] {
  try {
    return pairProblems(pem, open())
  } catch (error) {
    if (error instanceof SwitchyardError)
      return [...pairProblems(pem, undefined), { path: 'key', message: error.message }]
    throw error
  }
}

/** What is wrong with a certificate, with a key, and with the two together; either may be somewhere else. */
export function pairProblems(certificatePem: string | undefined, keyPem: string | undefined): Problem[] {
  const problems: Problem[] = []
  const chain = certificatePem === undefined ? undefined : readCertificates(certificatePem)
  if (chain?.ok === false) {
    problems.push({
      path: 'certificate',
      message: `certificate ${chain.bad} of the text cannot be read; copy it whole`,
    })
  }
  const key = keyPem === undefined ? undefined : readPrivateKey(keyPem)
  if (key?.ok === false) problems.push({ path: 'key', message: key.message })
  if (!chain?.ok || !key?.ok) return problems

  const owner = chain.certificates.findIndex((certificate) => certificate.checkPrivateKey(key.key))
  if (owner === -1) problems.push({ path: 'key', message: 'this private key does not belong to the certificate' })
  if (owner > 0) {
    const message = `the private key belongs to certificate ${owner + 1} of the text; that one must stand first`
    problems.push({ path: 'certificate', message })
  }
  return problems
}
