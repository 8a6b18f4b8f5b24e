import type { Socket } from 'node:net'
import type { ListenerConfig } from '../../listener.ts'
import type { ListenerSeries } from '../../observe/listener-series.ts'
import type { Serving } from '../../serving.ts'
import { ClientConnection } from './client-connection.ts'

/** What a front must know of the listener it belongs to. */
export interface FrontListener {
  readonly config: ListenerConfig
  readonly trusted: (address: string) => boolean
  readonly series: ListenerSeries
  /** It accepts no more, and what is open ends when it can. */
  readonly closing: boolean
}

/** Takes requests over HTTP/1 from the connections of one listener, with or without TLS. */
export class Http1Front {
  readonly listener: FrontListener
  readonly serving: Serving
  readonly #connections = new Set<ClientConnection>()

  constructor(listener: FrontListener, serving: Serving) {
    this.listener = listener
    this.serving = serving
  }

  /** The socket is the front's from now on. */
  accept(socket: Socket, tlsVersion: string | undefined): void {
    const connection = new ClientConnection(socket, tlsVersion, this)
    this.#connections.add(connection)
    connection.begin()
  }

  /** The connection is gone, or is a tunnel now. */
  forget(connection: ClientConnection): void {
    this.#connections.delete(connection)
  }

  /** Ends what is idle; the others end with the answer that is under way. */
  closeIdle(): void {
    for (const connection of this.#connections) connection.closeIfIdle()
  }
}
