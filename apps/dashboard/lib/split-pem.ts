/** What stands in a text or file of PEM blocks. */
export interface PemParts {
  /** Every certificate, in order; empty when there is none. */
  certificates: string
  /** Every private key; empty when there is none. */
  keys: string
}

const block = /-----BEGIN ([A-Z0-9 ]+)-----[^-]*-----END \1-----/g

/** Tells certificates and private keys apart: people keep both in one file, and paste both at once. */
export function splitPem(text: string): PemParts {
  const parts: { [K in keyof PemParts]: string[] } = { certificates: [], keys: [] }
  for (const [whole, label = ''] of text.matchAll(block)) {
    if (label.endsWith('PRIVATE KEY')) parts.keys.push(whole)
    if (label === 'CERTIFICATE' || label === 'X509 CERTIFICATE' || label === 'TRUSTED CERTIFICATE')
      parts.certificates.push(whole)
  }
  const join = (blocks: string[]) => blocks.map((one) => `${one.replaceAll('\r', '')}\n`).join('')
  return { certificates: join(parts.certificates), keys: join(parts.keys) }
}
