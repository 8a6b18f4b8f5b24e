import http, { type ClientRequestArgs } from 'node:http'
import type { Socket } from 'node:net'
import { type Endpoint, openSocket } from '../open-socket.ts'

/** Hands out one connection, opened by us under the rules that hold for every connection to a target. */
export class TargetAgent extends http.Agent {
  readonly protocol: string
  readonly #endpoint: Endpoint
  readonly #opened: (socket: Socket) => void

  constructor(endpoint: Endpoint, opened: (socket: Socket) => void) {
    super({ keepAlive: false })
    this.protocol = endpoint.secure ? 'https:' : 'http:'
    this.#endpoint = endpoint
    this.#opened = opened
  }

  override createConnection(_options: ClientRequestArgs): Socket {
    const socket = openSocket(this.#endpoint)
    this.#opened(socket)
    return socket
  }
}
