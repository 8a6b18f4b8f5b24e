import net, { type AddressInfo, type Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import type { Config } from '@switchyard/core/config/model'
import { SwitchyardError } from '@switchyard/core/errors'
import { compileRanges } from '@switchyard/core/http/address-range'
import { unavailable } from '../unavailable.ts'
import { type FrontListener, Http1Front } from './http1/front/front.ts'
import type { ListenerSeries } from './observe/listener-series.ts'
import type { Serving } from './serving.ts'
import type { ServerNames } from './tls/server-names.ts'
import { ServerTls } from './tls/server-tls.ts'
import type { ListenerState } from './traffic.ts'

export type ListenerConfig = Config['listeners'][number]

/** Connections that the kernel holds until they are accepted. */
const backlog = 1024

/**
 * What makes two listeners the same socket: address and port, whatever their ids. One on port 0 is found by its id, since
 * its port is not known before.
 */
export function listenerKey({ id, address, port }: ListenerConfig): string {
  return port === 0 ? `${address} of ${id}` : `${address} ${port}`
}

/** An open address and port, and the connections that came in by it. Its options may change while it is open. */
export class Listener implements FrontListener {
  #config: ListenerConfig
  #trusted: (address: string) => boolean
  #series: ListenerSeries
  #tls: ServerTls | undefined
  #handshakeMs = 0
  #waiting: Socket[] | undefined = []
  #closing = false
  #closed: Promise<void> | undefined
  readonly #serving: Serving
  readonly #server: net.Server
  readonly #front: Http1Front
  readonly #sockets = new Set<Socket>()
  readonly #perClient = new Map<string, number>()

  private constructor(config: ListenerConfig, serving: Serving) {
    this.#config = config
    this.#serving = serving
    this.#trusted = compileRanges(config.trustedProxies)
    this.#series = serving.metrics.listener(config.id)
    this.#front = new Http1Front(this, serving)
    this.#server = net.createServer({ allowHalfOpen: true, noDelay: true }, (socket) => this.#accept(socket))
  }

  /**
   * Opens it. Who connects waits until `serve`.
   *
   * @param path of the listener in the document, for the problem
   * @throws SwitchyardError `port_in_use`
   */
  static async open(config: ListenerConfig, path: string, serving: Serving): Promise<Listener> {
    const listener = new Listener(config, serving)
    const server = listener.#server
    try {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject)
        server.listen({ host: config.address, port: config.port, backlog }, () => {
          server.off('error', reject)
          resolve()
        })
      })
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException
      const problem = unavailable(path, config.address, config.port, code)
      throw new SwitchyardError('port_in_use', { problems: [problem], cause: error })
    }
    server.on('error', (error) => serving.log.error({ err: error, listener: config.id }, 'listener failed'))
    return listener
  }

  get config(): ListenerConfig {
    return this.#config
  }

  get trusted(): (address: string) => boolean {
    return this.#trusted
  }

  get series(): ListenerSeries {
    return this.#series
  }

  get closing(): boolean {
    return this.#closing
  }

  /** Open client connections, tunnels included. */
  get connections(): number {
    return this.#sockets.size
  }

  #accept(socket: Socket): void {
    socket.on('error', ignore)
    const { connections, connectionsPerClient } = this.#config.limits
    // Undefined when it has closed again.
    const ip = socket.remoteAddress ?? ''
    const ofClient = this.#perClient.get(ip) ?? 0
    const full = connections > 0 && this.#sockets.size >= connections
    if (full || (connectionsPerClient > 0 && ofClient >= connectionsPerClient)) {
      this.#series.turnedAway(full ? 'listener_full' : 'client_full')
      socket.destroy()
      return
    }
    this.#series.accepted()
    this.#sockets.add(socket)
    this.#perClient.set(ip, ofClient + 1)
    socket.once('close', () => this.#gone(socket, ip))
    if (this.#waiting) this.#waiting.push(socket)
    else this.#begin(socket)
  }

  #begin(socket: Socket): void {
    if (this.#tls) this.#tls.accept(socket)
    else this.#front.accept(socket, undefined)
  }

  #gone(socket: Socket, ip: string): void {
    this.#sockets.delete(socket)
    const left = (this.#perClient.get(ip) ?? 1) - 1
    if (left === 0) this.#perClient.delete(ip)
    else this.#perClient.set(ip, left)
  }

  /**
   * A revision that has it serves now: these are its options. Open connections stay.
   *
   * @param names where the protocol is https
   */
  serve(config: ListenerConfig, names: ServerNames | undefined): void {
    this.#config = config
    this.#configureTls(config, names)
    this.#trusted = compileRanges(config.trustedProxies)
    this.#series = this.#serving.metrics.listener(config.id)
    const waiting = this.#waiting ?? []
    this.#waiting = undefined
    for (const socket of waiting) if (!socket.destroyed) this.#begin(socket)
  }

  #configureTls({ tls, timeouts }: ListenerConfig, names: ServerNames | undefined): void {
    if (!names || !tls) {
      this.#tls = undefined
      return
    }
    const settings = { names, minVersion: tls.minVersion, ticketKeys: this.#serving.ticketKeys }
    const { headersMs } = timeouts
    if (this.#tls && this.#handshakeMs === headersMs) this.#tls.configure(settings)
    else this.#tls = new ServerTls(settings, this.#handshake, headersMs || undefined)
    this.#handshakeMs = headersMs
  }

  readonly #handshake = {
    agreed: (socket: TLSSocket): void => {
      this.#series.handshake(true)
      this.#front.accept(socket, socket.getProtocol() ?? undefined)
    },
    failed: (): void => this.#series.handshake(false),
  }

  /** Accepts no more. Idle connections end now, the others with the answer that is under way. Resolves when all are gone. */
  close(): Promise<void> {
    this.#closing = true
    this.#closed ??= new Promise((resolve) => {
      this.#server.close(() => resolve())
      for (const socket of this.#waiting ?? []) socket.destroy()
      this.#front.closeIdle()
    })
    return this.#closed
  }

  /** Ends every connection too. */
  destroy(): Promise<void> {
    const closed = this.close()
    for (const socket of this.#sockets) socket.destroy()
    return closed
  }

  state(): ListenerState {
    const { id, address } = this.#config
    // A server on a port has an address for as long as it listens.
    const bound = this.#server.address() as AddressInfo | null
    return { id, address, port: bound?.port ?? this.#config.port, connections: this.connections }
  }
}

function ignore(): void {}
