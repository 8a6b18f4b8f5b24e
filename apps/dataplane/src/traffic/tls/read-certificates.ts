import { X509Certificate } from 'node:crypto'
import { certificatesFault } from '@switchyard/core/config/pem'
import { SwitchyardError } from '@switchyard/core/errors'

/**
 * The certificates of a PEM text, in order; at least one.
 *
 * @param at the place of the text in the document, for the problem
 * @throws SwitchyardError `invalid` with the problem
 */
export function readCertificates(text: string, at: string): [X509Certificate, ...X509Certificate[]] {
  const message = certificatesFault(text)
  if (message !== undefined) throw tlsFault(at, message)
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? []
  const [first, ...others] = blocks.map((block, index) => {
    try {
      return new X509Certificate(block)
    } catch (error) {
      throw tlsFault(at, `block ${index + 1} is not a certificate`, error)
    }
  })
  if (first === undefined) throw tlsFault(at, 'there is no certificate')
  return [first, ...others]
}

const hostName = /^(?:\*\.)?[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?$/

/**
 * The host names that a certificate is for, in lower case, wildcards as `*.example.com`: its alternative names, and only
 * where it has none of any kind, its common name.
 */
export function hostNamesOf({ subjectAltName, subject }: X509Certificate): string[] {
  // Node writes `DNS:a.example, IP Address:10.0.0.1`; what has unusual characters stands in quotes, and is no host name.
  const names =
    subjectAltName === undefined
      ? [/^CN=(.*)$/m.exec(subject ?? '')?.[1] ?? '']
      : [...subjectAltName.matchAll(/(?:^|, )DNS:([^,"]*)/g)].map(([, name = '']) => name)
  return names.map((name) => name.toLowerCase()).filter((name) => hostName.test(name))
}

/** Something of TLS that is wrong in a document. The message holds nothing of a key; the cause stays inside. */
export const tlsFault = (path: string, message: string, cause?: unknown) =>
  new SwitchyardError('invalid', { problems: [{ path, message }], cause })
