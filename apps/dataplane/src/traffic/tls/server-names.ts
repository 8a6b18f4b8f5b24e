import type { CertificateSet, ServedCertificate } from './certificate-set.ts'

/** Which certificate a listener shows to whom. */
export interface ServerNames {
  /** For clients that name no server, or one that no certificate is for: the listener's first. */
  readonly fallback: ServedCertificate
  /** @param serverName as the client sent it */
  find(serverName: string): ServedCertificate
}

/**
 * The certificates of a listener by server name: the exact name, then the wildcard over its first label (RFC 6125, 6.4.3),
 * then the fallback. Of two that are for the same name, the one that the listener names first.
 *
 * @param ids of certificates that are in the set, at least one: the schema and the check of references say so
 */
export function createServerNames(ids: readonly string[], certificates: CertificateSet): ServerNames {
  const served = ids.flatMap((id) => certificates.get(id) ?? [])
  const [fallback] = served
  if (fallback === undefined) throw new Error('a listener with TLS has no certificate')
  const byName = new Map<string, ServedCertificate>()
  for (const certificate of served) {
    for (const name of certificate.names) if (!byName.has(name)) byName.set(name, certificate)
  }
  return {
    fallback,
    find(serverName) {
      const name = serverName.toLowerCase()
      const dot = name.indexOf('.')
      return byName.get(name) ?? (dot > 0 ? byName.get(`*${name.slice(dot)}`) : undefined) ?? fallback
    },
  }
}
