import http from 'node:http'
import type { Socket } from 'node:net'

/** Hands out one connection, which was opened under the rules that hold for every connection to a target. */
export class TargetAgent extends http.Agent {
  readonly #socket: Socket

  constructor(socket: Socket) {
    super({ keepAlive: false })
    this.#socket = socket
  }

  override createConnection(): Socket {
    return this.#socket
  }
}
