import type { ConnectionOptions } from 'node:tls'
import { TargetTls, type UpstreamTls } from '../traffic/tls/target-tls.ts'

/** TLS as traffic to the target speaks it, but from the beginning each time: a certificate that has expired is to be seen. */
export class ProbeTls extends TargetTls {
  readonly #protocol: 'http/1.1' | 'h2'

  /** @param host of the target's address: a name, or an IP address without brackets */
  constructor(upstream: UpstreamTls, host: string, protocol: 'http/1.1' | 'h2') {
    super(upstream, host)
    this.#protocol = protocol
  }

  override connectionOptions(): ConnectionOptions {
    return { ...super.connectionOptions(), ALPNProtocols: [this.#protocol] }
  }

  /** No session is kept. */
  override keepSession(): void {}
}
