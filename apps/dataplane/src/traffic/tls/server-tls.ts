import { constants } from 'node:crypto'
import type { Socket } from 'node:net'
import { createServer, type SecureContext, type Server, type TLSSocket } from 'node:tls'
import type { ServerNames } from './server-names.ts'

export interface ServerTlsSettings {
  readonly names: ServerNames
  readonly minVersion: 'TLSv1.2' | 'TLSv1.3'
  /**
   * 48 random bytes, the same for all workers of a node: a session begun with one goes on with another. Who has them can
   * read what was said in resumed sessions: they stay in memory.
   */
  readonly ticketKeys: Buffer
}

/** What comes of a connection. */
export interface HandshakeOutcome {
  /** It is agreed; whoever is told owns the socket from then on, its errors included. */
  agreed(socket: TLSSocket): void
  /** No common version, no TLS at all, too slow, gone. */
  failed(): void
}

/** Sessions are resumed only where this is the same; else Node would take the command line of the process. */
const sessionIdContext = 'switchyard'

/**
 * TLS for the connections of one listener. It never listens itself: sockets are handed to a server that is not bound
 * (`server.emit('connection', socket)`, which Node documents), and come back agreed. What it is made of may change at any
 * time; connections that are open, or under way to it, keep what they began with.
 */
export class ServerTls {
  readonly #server: Server
  #settings: ServerTlsSettings

  /** @param handshakeTimeoutMs from the acceptance of a connection until it is agreed */
  constructor(settings: ServerTlsSettings, outcome: HandshakeOutcome, handshakeTimeoutMs = 10_000) {
    this.#settings = settings
    this.#server = createServer({
      ...contextOptions(settings),
      // curl and others that are told to speak 1.0 offer nothing else; nginx takes both, too (ngx_http.h).
      ALPNProtocols: ['http/1.1', 'http/1.0'],
      handshakeTimeout: handshakeTimeoutMs,
      SNICallback: (serverName, found) => found(null, this.#contextFor(serverName)),
    })
    this.#server.on('secureConnection', (socket) => {
      socket.allowHalfOpen = true
      outcome.agreed(socket)
    })
    this.#server.on('tlsClientError', (_error, socket) => {
      outcome.failed()
      // Node does so itself only after some of the failures.
      socket.destroy()
    })
  }

  /** For connections from now on. */
  configure(settings: ServerTlsSettings): void {
    const { names, minVersion, ticketKeys } = this.#settings
    this.#settings = settings
    if (
      settings.names.fallback.fingerprint !== names.fallback.fingerprint ||
      settings.minVersion !== minVersion ||
      !settings.ticketKeys.equals(ticketKeys)
    ) {
      this.#server.setSecureContext(contextOptions(settings))
    }
  }

  /** Shakes hands on a connection that was accepted; what has arrived on it already counts. Ends it when it comes to nothing. */
  accept(socket: Socket): void {
    // Until it is agreed, a client that says no more has gone: half of a handshake is of no use to anybody.
    socket.allowHalfOpen = false
    this.#server.emit('connection', socket)
  }

  /** Undefined lets the server's own context serve. It must not throw: that would end the process (CVE-2026-21637). */
  #contextFor(serverName: string): SecureContext | undefined {
    try {
      return this.#settings.names.find(serverName).context
    } catch {
      return undefined
    }
  }
}

function contextOptions({ names, minVersion, ticketKeys }: ServerTlsSettings) {
  return {
    ...names.fallback.pair(),
    minVersion,
    ticketKeys,
    sessionIdContext,
    // Clients have no reason to begin anew within a connection; each time would cost us a handshake.
    secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
  }
}
