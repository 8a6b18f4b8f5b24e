import type { Config } from '@switchyard/core/config/model'
import type { Log } from '@switchyard/core/middleware/contract'
import { type CertificateSet, createCertificateSet } from '../traffic/tls/certificate-set.ts'
import { type LoadedCertificates, loadCertificates } from '../traffic/tls/certificates.ts'
import type { SecretSources } from '../traffic/tls/secrets.ts'
import { createUpstreamTls, type UpstreamTls } from '../traffic/tls/target-tls.ts'

/**
 * How probes speak TLS to the targets of upstreams. The supervisor reads a private key only where a probe has to show the
 * certificate.
 */
export class ProbeRules {
  readonly #log: Log
  #loaded: LoadedCertificates | undefined
  #certificates: CertificateSet = new Map()
  #rules = new Map<string, UpstreamTls>()

  constructor(log: Log) {
    this.#log = log
  }

  /** @returns by id of the upstream; one whose certificate cannot be had speaks without it */
  async of(
    config: Pick<Config, 'certificates' | 'upstreams'>,
    sources: SecretSources,
  ): Promise<Map<string, UpstreamTls>> {
    const upstreams = config.upstreams.filter(({ health }) => health.active)
    const shown = new Set(upstreams.filter(speaksTls).map(({ tls }) => tls.certificate))
    const certificates = config.certificates.filter(({ id }) => shown.has(id))
    try {
      this.#loaded = await loadCertificates({ certificates, upstreams: [] }, sources, Date.now(), this.#loaded)
      this.#certificates = createCertificateSet(this.#loaded.certificates, this.#certificates)
    } catch (error) {
      // The workers could read it a moment ago.
      this.#log.error({ err: error }, 'a certificate for probes cannot be read')
    }
    this.#rules = new Map(
      upstreams.map(({ id, tls }) => [id, createUpstreamTls(tls, this.#certificates, this.#rules.get(id))]),
    )
    return this.#rules
  }
}

const speaksTls = ({ targets }: Config['upstreams'][number]): boolean =>
  targets.some(({ url }) => url.startsWith('https:'))
