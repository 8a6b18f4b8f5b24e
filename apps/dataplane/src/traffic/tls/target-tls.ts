import { constants } from 'node:crypto'
import { isIP } from 'node:net'
import {
  type ConnectionOptions,
  checkServerIdentity,
  createSecureContext,
  type SecureContext,
  type TLSSocket,
} from 'node:tls'
import type { Upstream } from '@switchyard/core/config/model'
import type { CertificateSet, ServedCertificate } from './certificate-set.ts'

/** How the targets of an upstream are spoken to by TLS. */
export class UpstreamTls {
  /**
   * Equal when nothing differs that a connection was opened by, the content of the client certificate included. With
   * another one, connections and sessions of before must not be used.
   */
  readonly fingerprint: string
  readonly verify: boolean
  /** Instead of the target's host. */
  readonly serverName: string | undefined
  readonly #authorities: string | undefined
  readonly #client: ServedCertificate | undefined
  #context: SecureContext | undefined

  /** `certificates` has what `tls.certificate` names: the check of references says so. */
  constructor(tls: Upstream['tls'], certificates: CertificateSet) {
    const { verify, ca, serverName, certificate } = tls
    this.verify = verify
    this.serverName = serverName
    this.#authorities = ca
    this.#client = certificate === undefined ? undefined : certificates.get(certificate)
    this.fingerprint = JSON.stringify([verify, ca, serverName, this.#client?.fingerprint])
  }

  /** Always the same object. Made when it is first asked for: with many authorities that takes milliseconds. */
  get context(): SecureContext {
    this.#context ??= createSecureContext({
      ...(this.#authorities !== undefined && { ca: this.#authorities }),
      ...this.#client?.pair(),
      secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
    })
    return this.#context
  }
}

/**
 * The TLS of an upstream in one revision; where nothing differs, the object of the revision before, so that its context
 * and the sessions of its targets live on.
 */
export function createUpstreamTls(
  tls: Upstream['tls'],
  certificates: CertificateSet,
  previous?: UpstreamTls,
): UpstreamTls {
  const next = new UpstreamTls(tls, certificates)
  return previous?.fingerprint === next.fingerprint ? previous : next
}

/** TLS to one target: what its connections are opened with, and the session that the next one goes on with. */
export class TargetTls {
  readonly upstream: UpstreamTls
  readonly #expected: string
  #session: Buffer | undefined

  /** @param host of the target's address: a name, or an IP address without brackets */
  constructor(upstream: UpstreamTls, host: string) {
    this.upstream = upstream
    this.#expected = upstream.serverName ?? host
  }

  /**
   * For `tls.connect`, beside host and port, or a socket. Pass the socket that comes of it to `keepSession`.
   *
   * An address is no server name (RFC 6066, 3): it is not sent, and the certificate is checked against the address.
   */
  connectionOptions(): ConnectionOptions {
    const { context, verify } = this.upstream
    const expected = this.#expected
    return {
      secureContext: context,
      servername: isIP(expected) === 0 ? expected : '',
      checkServerIdentity: (_host, certificate) => checkServerIdentity(expected, certificate),
      rejectUnauthorized: verify,
      ALPNProtocols: ['http/1.1'],
      ...(this.#session !== undefined && { session: this.#session }),
    }
  }

  /**
   * Keeps the session of a connection for the next one. Node compares no name with the certificate again when a session is
   * resumed, but it also tells of a session only once the certificate has been verified.
   */
  keepSession(socket: TLSSocket): void {
    socket.on('session', (session) => {
      this.#session = session
    })
    // A target that chokes on a session is not offered it again.
    socket.once('error', () => {
      this.#session = undefined
    })
  }
}
