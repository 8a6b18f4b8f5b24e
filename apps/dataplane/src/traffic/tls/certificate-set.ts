import { createSecureContext, type SecureContext } from 'node:tls'
import type { CertificateMaterial } from './certificates.ts'

/** A certificate as a worker uses it. Nothing that writes it down finds the key. */
export class ServedCertificate {
  readonly id: string
  /** Equal for equal certificate and key. */
  readonly fingerprint: string
  /** Host names that it is for, in lower case; wildcards as `*.example.com`. */
  readonly names: readonly string[]
  readonly #material: CertificateMaterial
  #context: SecureContext | undefined

  constructor(material: CertificateMaterial) {
    this.id = material.id
    this.fingerprint = material.fingerprint
    this.names = material.names
    this.#material = material
  }

  /** For listeners; always the same object. Made when it is first asked for: that takes a millisecond. */
  get context(): SecureContext {
    this.#context ??= createSecureContext(this.pair())
    return this.#context
  }

  /** For whoever makes a context of its own with it. */
  pair(): { cert: string; key: string } {
    return { cert: this.#material.chain, key: this.#material.key }
  }
}

/** The certificates of a revision, by id. */
export type CertificateSet = ReadonlyMap<string, ServedCertificate>

/**
 * Makes what a revision serves by.
 *
 * @param previous of the revision before: what is the same as there is the same object
 */
export function createCertificateSet(
  material: readonly CertificateMaterial[],
  previous: CertificateSet = new Map(),
): CertificateSet {
  return new Map(
    material.map((one) => {
      const known = previous.get(one.id)
      return [one.id, known?.fingerprint === one.fingerprint ? known : new ServedCertificate(one)]
    }),
  )
}
