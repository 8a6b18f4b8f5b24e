import { X509Certificate } from 'node:crypto'

/** What people ask of a certificate. Nothing in it is secret. */
export interface CertificateAbout {
  /** Server names and addresses that it is for; a wildcard stands as it is written. */
  names: string[]
  /** Whom it was issued to, and by whom, in short. */
  subject: string
  issuer: string
  /** ISO 8601. */
  notBefore: string
  notAfter: string
  /** Whole days until it expires, rounded down; below 0 when it has expired. */
  daysLeft: number
  /** Such as `RSA 2048`, `EC P-256` or `Ed25519`. */
  keyType: string
  /** SHA-256 over the certificate, in hexadecimal with colons. */
  fingerprint: string
  /** How many certificates follow that vouch for it. */
  chain: number
}

const block = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g

/** Reads every certificate of a PEM text, in order. Gives the place, from 1, of the first one that cannot be read. */
export function readCertificates(
  pem: string,
): { ok: true; certificates: X509Certificate[] } | { ok: false; bad: number } {
  const certificates: X509Certificate[] = []
  for (const [text] of pem.matchAll(block)) {
    try {
      certificates.push(new X509Certificate(text))
    } catch {
      return { ok: false, bad: certificates.length + 1 }
    }
  }
  return certificates.length > 0 ? { ok: true, certificates } : { ok: false, bad: 1 }
}

/** Sums up the first certificate of a chain; nothing when it cannot be read. */
export function aboutCertificate(pem: string): Omit<CertificateAbout, 'daysLeft'> | undefined {
  const read = readCertificates(pem)
  const certificate = read.ok ? read.certificates[0] : undefined
  if (!read.ok || certificate === undefined) return undefined
  return {
    names: namesOf(certificate),
    subject: shortName(certificate.subject),
    issuer: shortName(certificate.issuer),
    notBefore: new Date(certificate.validFrom).toISOString(),
    notAfter: new Date(certificate.validTo).toISOString(),
    keyType: keyTypeOf(certificate),
    fingerprint: certificate.fingerprint256,
    chain: read.certificates.length - 1,
  }
}

/** The subject alternative names; where there are none, the common name, by which no client of today goes any more. */
function namesOf({ subjectAltName, subject }: X509Certificate): string[] {
  // Node writes `DNS:a.example, IP Address:10.0.0.1`; a name with unusual characters stands in quotes, as JSON.
  const found = (subjectAltName ?? '').matchAll(/(?:^|, )(DNS|IP Address):("(?:[^"\\]|\\.)*"|[^,]*)/g)
  const names = [...found].map(([, , name = '']) => (name.startsWith('"') ? String(JSON.parse(name)) : name))
  if (names.length > 0) return names
  const common = attribute(subject, 'CN')
  return common === undefined ? [] : [common]
}

/** Of `CN=…`, `O=…` and so on, a line each: the common name, else the organisation, else all of it. */
const shortName = (name: string | undefined): string =>
  attribute(name, 'CN') ?? attribute(name, 'O') ?? (name ?? '').replaceAll('\n', ', ')

const attribute = (name: string | undefined, key: string): string | undefined =>
  name
    ?.split('\n')
    .find((line) => line.startsWith(`${key}=`))
    ?.slice(key.length + 1)

const curves: Record<string, string> = { prime256v1: 'P-256', secp384r1: 'P-384', secp521r1: 'P-521' }

function keyTypeOf({ publicKey }: X509Certificate): string {
  const { asymmetricKeyType: type = 'unknown', asymmetricKeyDetails: details = {} } = publicKey
  if (type === 'ec') return `EC ${curves[details.namedCurve ?? ''] ?? details.namedCurve ?? ''}`.trim()
  if (details.modulusLength !== undefined) return `${type.toUpperCase()} ${details.modulusLength}`
  return type.startsWith('ed') ? `Ed${type.slice(2)}` : type
}
